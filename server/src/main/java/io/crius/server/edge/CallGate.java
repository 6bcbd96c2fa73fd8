package io.crius.server.edge;

import com.google.protobuf.MessageLite;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Where every call comes in and every answer goes out: tells that there is one, and holds back answers that are too large. */
final class CallGate implements ServerInterceptor {
    private final int largestReply;
    private final Runnable called;

    /**
     * @param largestReply in bytes; a larger one becomes RESOURCE_EXHAUSTED
     * @param called run on the thread that reads the socket: it must not block
     */
    CallGate(int largestReply, Runnable called) {
        this.largestReply = largestReply;
        this.called = called;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        called.run();
        return next.startCall(
                new SimpleForwardingServerCall<Q, R>(call) {
                    private boolean refused;

                    @Override
                    public void sendMessage(R reply) {
                        int size = reply instanceof MessageLite message ? message.getSerializedSize() : 0;
                        if (size <= largestReply) {
                            super.sendMessage(reply);
                        } else {
                            refused = true;
                            super.close(tooLarge(size), new Metadata());
                        }
                    }

                    @Override
                    public void close(Status status, Metadata trailers) {
                        if (!refused) {
                            super.close(status, trailers);
                        }
                    }
                },
                headers);
    }

    /** Compat: the words are those of grpc-go. */
    private Status tooLarge(int size) {
        return Status.RESOURCE_EXHAUSTED.withDescription("grpc: trying to send message larger than max (" + size
                + " vs. " + largestReply + "); ask for less, or raise grpc_max_send_msg_size");
    }
}

package io.crius.server.edge;

import com.google.protobuf.MessageLite;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;

/** Where every call comes in and every answer goes out: tells that there is one, and holds back answers that are too large. */
final class CallGate implements ServerInterceptor {
    private final int largestReply;
    private final CallListener listener;

    /**
     * @param largestReply in bytes; a larger one becomes RESOURCE_EXHAUSTED
     * @param listener hears of each call
     */
    CallGate(int largestReply, CallListener listener) {
        this.largestReply = largestReply;
        this.listener = listener;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        listener.called();
        long begun = System.nanoTime();
        ServerCall<Q, R> gated = gated(call, begun);
        return Calls.tellsMessages() ? noted(gated, headers, next) : next.startCall(gated, headers);
    }

    /** Keeps the request where the log finds it. */
    private static <Q, R> ServerCall.Listener<Q> noted(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        var asked = new Asked();
        Context context = Context.current().withValue(Asked.CURRENT, asked);
        return new SimpleForwardingServerCallListener<>(Contexts.interceptCall(context, call, headers, next)) {
            @Override
            public void onMessage(Q message) {
                asked.note(message);
                super.onMessage(message);
            }
        };
    }

    private <Q, R> ServerCall<Q, R> gated(ServerCall<Q, R> call, long begun) {
        return new SimpleForwardingServerCall<>(call) {
            private boolean refused;

            @Override
            public void sendMessage(R reply) {
                int size = reply instanceof MessageLite message ? message.getSerializedSize() : 0;
                if (size <= largestReply) {
                    super.sendMessage(reply);
                } else {
                    refused = true;
                    Status status = tooLarge(size);
                    super.close(status, new Metadata());
                    ended(call, begun, status);
                }
            }

            @Override
            public void close(Status status, Metadata trailers) {
                if (!refused) {
                    super.close(status, trailers);
                    ended(call, begun, status);
                }
            }
        };
    }

    /** Compat: streams are not counted. */
    private void ended(ServerCall<?, ?> call, long begun, Status status) {
        if (call.getMethodDescriptor().getType() == MethodDescriptor.MethodType.UNARY) {
            String name = String.valueOf(call.getMethodDescriptor().getBareMethodName());
            listener.ended(name, Duration.ofNanos(System.nanoTime() - begun), status.isOk());
        }
    }

    /** Compat: the words are those of grpc-go. */
    private Status tooLarge(int size) {
        return Status.RESOURCE_EXHAUSTED.withDescription("grpc: trying to send message larger than max (" + size
                + " vs. " + largestReply + "); ask for less, or raise grpc_max_send_msg_size");
    }
}

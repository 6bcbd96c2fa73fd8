package io.crius.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.cri.v1.VersionResponse;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CallGateTest {
    private final AtomicInteger calls = new AtomicInteger();
    private final Wire wire = new Wire();

    @Test
    void tellsOfEachCall() {
        enter(100);
        enter(100);

        assertThat(calls).hasValue(2);
    }

    @Test
    void anAnswerOfTheLargestSizePasses() {
        VersionResponse reply = reply(10);

        enter(reply.getSerializedSize()).sendMessage(reply);

        assertThat(wire.sent).containsExactly(reply);
    }

    @Test
    void aLargerAnswerBecomesAnErrorThatSaysBothSizesAndTheSetting() {
        VersionResponse reply = reply(100);
        int size = reply.getSerializedSize();
        ServerCall<Object, Object> call = enter(size - 1);

        call.sendMessage(reply);
        call.close(Status.OK, new Metadata());

        assertThat(wire.sent).isEmpty();
        assertThat(wire.closed).singleElement().satisfies(status -> {
            assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(status.getDescription())
                    .isEqualTo("grpc: trying to send message larger than max (" + size + " vs. " + (size - 1)
                            + "); ask for less, or raise grpc_max_send_msg_size");
        });
    }

    private static VersionResponse reply(int length) {
        return VersionResponse.newBuilder().setRuntimeName("x".repeat(length)).build();
    }

    private ServerCall<Object, Object> enter(int largest) {
        var entered = new ArrayList<ServerCall<Object, Object>>();
        var _ = new CallGate(largest, calls::incrementAndGet).interceptCall(wire, new Metadata(), (call, _) -> {
            entered.add(call);
            return new ServerCall.Listener<>() {};
        });
        return entered.getFirst();
    }

    /** Where answers go out. */
    private static final class Wire extends ServerCall<Object, Object> {
        private final List<Object> sent = new ArrayList<>();
        private final List<Status> closed = new ArrayList<>();

        @Override
        public void request(int count) {
            throw new AssertionError("nobody asks for messages here");
        }

        @Override
        public void sendHeaders(Metadata headers) {
            throw new AssertionError("nobody sends headers here");
        }

        @Override
        public void sendMessage(Object message) {
            sent.add(message);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            closed.add(status);
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<Object, Object> getMethodDescriptor() {
            return MethodDescriptor.<Object, Object>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("runtime.v1.RuntimeService/Version")
                    .setRequestMarshaller(Unused.INSTANCE)
                    .setResponseMarshaller(Unused.INSTANCE)
                    .build();
        }
    }

    private enum Unused implements MethodDescriptor.Marshaller<Object> {
        INSTANCE;

        @Override
        public InputStream stream(Object value) {
            throw new AssertionError("nothing goes over a wire here");
        }

        @Override
        public Object parse(InputStream stream) {
            throw new AssertionError("nothing goes over a wire here");
        }
    }
}

package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ImageServiceGrpc;
import io.crius.cri.v1.RuntimeServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every RPC of the protocol is there, if only to say that it is not built yet. */
@Needs(Trait.NAMES_WHAT_IS_MISSING)
class UnimplementedIT {
    private static final String STAYS_OPEN = "GetContainerEvents";
    private static final Set<String> NOT_BUILT = Set.of("CheckpointContainer");

    @RegisterExtension
    static final Node node = new Node();

    static Stream<MethodDescriptor<?, ?>> calls() {
        return Stream.concat(
                RuntimeServiceGrpc.getServiceDescriptor().getMethods().stream(),
                ImageServiceGrpc.getServiceDescriptor().getMethods().stream());
    }

    @ParameterizedTest
    @MethodSource("calls")
    void anEmptyRequestIsAnsweredOrRefusedByName(MethodDescriptor<?, ?> call) {
        String name = call.getBareMethodName();
        Optional<Status> refusal = answer(call);
        boolean unimplemented = refusal.map(Status::getCode).equals(Optional.of(Status.Code.UNIMPLEMENTED));

        if (!STAYS_OPEN.equals(name)) {
            assertThat(refusal.map(Status::getCode)).isNotEqualTo(Optional.of(Status.Code.DEADLINE_EXCEEDED));
        }
        assertThat(unimplemented).isEqualTo(NOT_BUILT.contains(name));
        if (unimplemented) {
            assertThat(refusal.orElseThrow().getDescription()).contains(name);
        }
    }

    /**
     * How the call was refused, if it was. Empty messages are empty bytes, whatever their type. An event stream that
     * stays open is an answer, too.
     */
    private static Optional<Status> answer(MethodDescriptor<?, ?> call) {
        MethodDescriptor<byte[], byte[]> raw = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(call.getType())
                .setFullMethodName(call.getFullMethodName())
                .setRequestMarshaller(Bytes.INSTANCE)
                .setResponseMarshaller(Bytes.INSTANCE)
                .build();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS);
        try {
            Iterator<byte[]> answers =
                    ClientCalls.blockingServerStreamingCall(node.client().channel(), raw, options, new byte[0]);
            answers.forEachRemaining(_ -> {});
            return Optional.empty();
        } catch (StatusRuntimeException e) {
            return Optional.of(e.getStatus());
        }
    }

    private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
        INSTANCE;

        @Override
        public InputStream stream(byte[] value) {
            return InputStream.nullInputStream();
        }

        @Override
        public byte[] parse(InputStream stream) {
            return new byte[0];
        }
    }
}

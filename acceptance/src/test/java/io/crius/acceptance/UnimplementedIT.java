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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every RPC of the protocol is there, if only to say that it is not built yet. */
@Needs(Trait.NAMES_WHAT_IS_MISSING)
class UnimplementedIT {
    /** What has to work; the others may say UNIMPLEMENTED until they are built. */
    private static final Set<String> BUILT = Set.of(
            "Version",
            "Status",
            "RuntimeConfig",
            "UpdateRuntimeConfig",
            "RunPodSandbox",
            "StopPodSandbox",
            "RemovePodSandbox",
            "PodSandboxStatus",
            "ListPodSandbox",
            "CreateContainer",
            "StartContainer",
            "StopContainer",
            "RemoveContainer",
            "ContainerStatus",
            "ListContainers",
            "ExecSync",
            "Exec",
            "Attach",
            "PortForward",
            "ReopenContainerLog",
            "UpdateContainerResources",
            "ContainerStats",
            "ListContainerStats",
            "StreamContainerStats",
            "PodSandboxStats",
            "ListPodSandboxStats",
            "StreamPodSandboxStats",
            "GetContainerEvents",
            "ListMetricDescriptors",
            "ListPodSandboxMetrics",
            "StreamPodSandboxMetrics",
            "PullImage",
            "ListImages",
            "ImageStatus",
            "RemoveImage",
            "ImageFsInfo");

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
        try {
            answer(call);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                assertThat(e.getStatus().getDescription()).contains(name);
                assertThat(BUILT).doesNotContain(name);
            }
        }
    }

    /** Empty messages are empty bytes, whatever their type. An event stream that stays open is an answer, too. */
    private static void answer(MethodDescriptor<?, ?> call) {
        MethodDescriptor<byte[], byte[]> raw = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(call.getType())
                .setFullMethodName(call.getFullMethodName())
                .setRequestMarshaller(Bytes.INSTANCE)
                .setResponseMarshaller(Bytes.INSTANCE)
                .build();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS);
        Iterator<byte[]> answers =
                ClientCalls.blockingServerStreamingCall(node.client().channel(), raw, options, new byte[0]);
        answers.forEachRemaining(_ -> {});
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

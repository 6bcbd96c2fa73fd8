package io.crius.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cri.v1.Container;
import io.crius.cri.v1.ContainerFilter;
import io.crius.cri.v1.CreateContainerRequest;
import io.crius.cri.v1.CreateContainerResponse;
import io.crius.cri.v1.ListContainersRequest;
import io.crius.cri.v1.ListContainersResponse;
import io.crius.cri.v1.ListPodSandboxRequest;
import io.crius.cri.v1.ListPodSandboxResponse;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.RuntimeServiceGrpc;
import io.crius.cri.v1.StreamContainersRequest;
import io.crius.cri.v1.StreamContainersResponse;
import io.crius.cri.v1.VersionRequest;
import io.crius.cri.v1.VersionResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriClientTest {
    @TempDir
    private Path folder;

    @Test
    void callsGoOverTheUnixSocket() throws IOException {
        Path socket = folder.resolve("cri.sock");
        try (var _ = new ServerOn(socket);
                CriClient client = CriClient.connect(socket)) {
            assertThat(client.runtime()
                            .version(VersionRequest.getDefaultInstance())
                            .getRuntimeName())
                    .isEqualTo("echo");
        }
    }

    @Test
    void answersAboveFourMebibytesAreTaken() throws IOException {
        Path socket = folder.resolve("cri.sock");
        try (var _ = new ServerOn(socket);
                CriClient client = CriClient.connect(socket)) {
            assertThat(client.containers().list()).hasSize(100_000);
        }
    }

    @Test
    void streamedListsAreCollected() throws IOException {
        Path socket = folder.resolve("cri.sock");
        try (var _ = new ServerOn(socket);
                CriClient client = CriClient.connect(socket)) {
            assertThat(client.containers().stream(ContainerFilter.getDefaultInstance()))
                    .extracting(Container::getId)
                    .containsExactly("c0", "c1", "c2");
        }
    }

    @Test
    void waitsForAServerThatIsStillStarting() throws Exception {
        Path socket = folder.resolve("cri.sock");
        try (CriClient client = CriClient.connect(socket)) {
            Thread waiting = Thread.ofVirtual().start(() -> await(client));
            try (var _ = new ServerOn(socket)) {
                assertThat(waiting.join(Duration.ofSeconds(20))).isTrue();
            }
        }
    }

    private static void await(CriClient client) {
        try {
            client.awaitReady(Duration.ofSeconds(20));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSocketWithoutServerIsUnavailable() {
        try (CriClient client = CriClient.connect(folder.resolve("none.sock"))) {
            assertThatThrownBy(() -> client.awaitReady(Duration.ofMillis(50)))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        }
    }

    @Test
    void theDeadlineEndsACallThatIsNotAnswered() throws IOException {
        Path socket = folder.resolve("cri.sock");
        ClientOptions hurried = ClientOptions.defaults().withCallTimeout(Duration.ofMillis(100));
        try (var _ = new ServerOn(socket);
                CriClient client = CriClient.connect(socket, hurried)) {
            var pod = PodBuilder.pod("a", "u1").build();
            var container = ContainerBuilder.container("b", "image").build();
            assertThatThrownBy(() -> client.containers().create("pod", container, pod))
                    .hasMessageContaining("DEADLINE_EXCEEDED");
        }
    }

    @Test
    void aBuilderMayBeUsedAgainAfterItBuilt() {
        PodBuilder pods = PodBuilder.pod("web", "u1");
        var first = pods.build();
        var second = pods.attempt(2).network(NamespaceMode.NODE).build();

        assertThat(first.getMetadata().getAttempt()).isZero();
        assertThat(first.getLinux().getSecurityContext().getNamespaceOptions().getNetwork())
                .isEqualTo(NamespaceMode.POD);
        assertThat(second.getMetadata().getAttempt()).isEqualTo(2);
        assertThat(second.getLinux().getSecurityContext().getNamespaceOptions().getNetwork())
                .isEqualTo(NamespaceMode.NODE);
        assertThat(second.getLabelsMap()).containsEntry("io.kubernetes.pod.name", "web");
    }

    @Test
    void timeoutsMustBePositive() {
        assertThatThrownBy(() -> ClientOptions.defaults().withCallTimeout(Duration.ZERO))
                .hasMessage("timeouts of a CRI client must be positive: PT0S, PT10M");
    }

    /** A server that knows a few calls: a large list, a stream in parts, and a CreateContainer that never answers. */
    private static final class ServerOn implements AutoCloseable {
        private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        /** Kept here so that its level lasts: Netty warns at each connection that a unix socket has no SO_KEEPALIVE. */
        private final Logger optionWarnings = Logger.getLogger("io.netty.bootstrap.ServerBootstrap");

        private final Server server;

        ServerOn(Path socket) throws IOException {
            optionWarnings.setLevel(Level.SEVERE);
            server = NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                    .channelType(NioServerDomainSocketChannel.class)
                    .bossEventLoopGroup(loops)
                    .workerEventLoopGroup(loops)
                    .addService(new Calls())
                    .build()
                    .start();
        }

        @Override
        public void close() {
            var _ = server.shutdownNow();
            var _ = loops.shutdownGracefully();
        }
    }

    private static final class Calls extends RuntimeServiceGrpc.RuntimeServiceImplBase {
        @Override
        public void version(VersionRequest request, StreamObserver<VersionResponse> answer) {
            answer.onNext(VersionResponse.newBuilder().setRuntimeName("echo").build());
            answer.onCompleted();
        }

        @Override
        public void listPodSandbox(ListPodSandboxRequest request, StreamObserver<ListPodSandboxResponse> answer) {
            answer.onNext(ListPodSandboxResponse.getDefaultInstance());
            answer.onCompleted();
        }

        @Override
        public void listContainers(ListContainersRequest request, StreamObserver<ListContainersResponse> answer) {
            Container container = Container.newBuilder().setId("f".repeat(64)).build();
            answer.onNext(ListContainersResponse.newBuilder()
                    .addAllContainers(
                            IntStream.range(0, 100_000).mapToObj(_ -> container).toList())
                    .build());
            answer.onCompleted();
        }

        @Override
        public void streamContainers(StreamContainersRequest request, StreamObserver<StreamContainersResponse> answer) {
            for (int i = 0; i < 3; i++) {
                answer.onNext(StreamContainersResponse.newBuilder()
                        .addContainers(Container.newBuilder().setId("c" + i))
                        .build());
            }
            answer.onCompleted();
        }

        @Override
        public void createContainer(CreateContainerRequest request, StreamObserver<CreateContainerResponse> answer) {
            // Never answers: the caller's deadline has to.
        }
    }
}

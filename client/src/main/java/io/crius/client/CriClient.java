package io.crius.client;

import io.crius.cri.v1.ImageServiceGrpc;
import io.crius.cri.v1.ImageServiceGrpc.ImageServiceBlockingStub;
import io.crius.cri.v1.ListPodSandboxRequest;
import io.crius.cri.v1.PodSandboxFilter;
import io.crius.cri.v1.RuntimeServiceGrpc;
import io.crius.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * A connection to a CRI server. Thread-safe: calls of many threads share the one connection.
 *
 * <p>{@link #pods()}, {@link #containers()} and {@link #images()} are the calls in the words of people; {@link #runtime()}
 * and {@link #imageService()} give every RPC as it is on the wire.
 */
public final class CriClient implements AutoCloseable {
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PROBE_PAUSE = Duration.ofMillis(5);

    /** The cheapest question that needs a server's whole state: no id begins like this. */
    private static final ListPodSandboxRequest NO_POD = ListPodSandboxRequest.newBuilder()
            .setFilter(PodSandboxFilter.newBuilder().setId("none"))
            .build();

    private final UnixChannel connection;
    private final ClientOptions options;
    private final RuntimeServiceBlockingStub runtime;
    private final ImageServiceBlockingStub images;

    private CriClient(UnixChannel connection, ClientOptions options) {
        this.connection = connection;
        this.options = options;
        this.runtime = RuntimeServiceGrpc.newBlockingStub(connection.channel());
        this.images = ImageServiceGrpc.newBlockingStub(connection.channel());
    }

    /** Connects lazily: a socket that nobody serves shows as UNAVAILABLE at the first call. */
    public static CriClient connect(Path socket) {
        return connect(socket, ClientOptions.defaults());
    }

    /** As {@link #connect(Path)} with limits of the caller's own. */
    public static CriClient connect(Path socket, ClientOptions options) {
        return new CriClient(new UnixChannel(socket, options.maxMessageBytes()), options);
    }

    /** The calls about pods. */
    public PodCalls pods() {
        return new PodCalls(this);
    }

    /** The calls about containers. */
    public ContainerCalls containers() {
        return new ContainerCalls(this);
    }

    /** The calls about images. */
    public ImageCalls images() {
        return new ImageCalls(this);
    }

    /** Exec, Attach and PortForward, without TLS. The caller closes it. */
    public StreamCalls streams() {
        return new StreamCalls(this, StreamCalls.noTrust());
    }

    /** As above, with what a server of streams is trusted by, and with what this client shows. */
    public StreamCalls streams(SSLContext tls) {
        return new StreamCalls(this, tls);
    }

    /** Every RPC of the RuntimeService, with the deadline of {@link ClientOptions#callTimeout()} from now. */
    public RuntimeServiceBlockingStub runtime() {
        return runtime(options.callTimeout());
    }

    /** Every RPC of the RuntimeService, with a deadline counted from now. */
    public RuntimeServiceBlockingStub runtime(Duration timeout) {
        return runtime.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Every RPC of the ImageService, with the deadline of {@link ClientOptions#callTimeout()} from now. */
    public ImageServiceBlockingStub imageService() {
        return imageService(options.callTimeout());
    }

    /** Every RPC of the ImageService, with a deadline counted from now. */
    public ImageServiceBlockingStub imageService(Duration timeout) {
        return images.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The channel, for what the blocking stubs cannot do. It is closed with this client. */
    public ManagedChannel channel() {
        return connection.channel();
    }

    ClientOptions options() {
        return options;
    }

    /**
     * Blocks until the server answers for its pods, as long as it takes it to start.
     *
     * <p>Version would not do: containerd answers it before it has read its own state.
     *
     * @throws StatusRuntimeException the last answer, when none was good within {@code limit}
     * @throws InterruptedException when interrupted between two attempts
     */
    public void awaitReady(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            awaitSocket(end);
            try {
                var _ = runtime(PROBE_TIMEOUT).listPodSandbox(NO_POD);
                return;
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED || System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(PROBE_PAUSE);
                // The channel would wait a second or more before it dials a socket again that was refused.
                connection.channel().resetConnectBackoff();
            }
        }
    }

    /** Dialing needs time on a processor that the server is starting on. */
    private void awaitSocket(long end) throws InterruptedException {
        while (!Files.exists(connection.socket()) && System.nanoTime() < end) {
            Thread.sleep(PROBE_PAUSE);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}

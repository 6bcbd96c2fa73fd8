package io.crius.server.edge;

import io.crius.cri.v1.ImageServiceGrpc;
import io.crius.cri.v1.RuntimeServiceGrpc;
import io.crius.model.CriusException;
import io.crius.server.explain.Requests;
import io.crius.server.inspect.Inspection;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The CRI socket: both services and the inspect API over HTTP on one unix socket, mode 0660, a virtual thread per call.
 *
 * <p>The socket is bound under another name and renamed into place once its mode is right, so that nobody can connect before
 * that and a stale socket is replaced in one step. A socket that somebody answers on is left alone.
 */
public final class CriEndpoint implements AutoCloseable {
    /**
     * @param socket where to listen
     * @param maxSend the largest message that is sent, in bytes
     * @param maxReceive the largest message that is taken, in bytes
     * @param called hears of each call
     * @param requests where calls are noted while they are answered
     * @param inspection answers what is asked over HTTP on the same socket
     */
    public record Settings(
            Path socket, int maxSend, int maxReceive, CallListener called, Requests requests, Inspection inspection) {}

    private static final Duration GRACE = Duration.ofSeconds(2);

    /**
     * Kept here so that its level lasts: grpc-netty sets SO_KEEPALIVE on every connection, and Netty warns at each one that a
     * unix socket has no such option.
     */
    private static final Logger OPTION_WARNINGS = Logger.getLogger("io.netty.bootstrap.ServerBootstrap");

    static {
        // Netty would look for three other logging libraries first, through all archives of the class path.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    }

    private final Path socket;
    private final Server server;
    private final EventLoopGroup loop;
    private final ExecutorService calls;

    private CriEndpoint(Path socket, Server server, EventLoopGroup loop, ExecutorService calls) {
        this.socket = socket;
        this.server = server;
        this.loop = loop;
        this.calls = calls;
    }

    /**
     * Sets up what all endpoints use: Netty and gRPC, and the calls that there are. Whoever does it beforehand opens an endpoint
     * sooner. May run beside anything, on any thread.
     */
    public static void prepare() {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            var _ = builder(Path.of("/")).bossEventLoopGroup(loop).workerEventLoopGroup(loop);
            var channel = new NioServerDomainSocketChannel();
            var _ = channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
            channel.unsafe().closeForcibly();
        } finally {
            var _ = loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
        }
        var _ = RuntimeServiceGrpc.getServiceDescriptor();
        var _ = ImageServiceGrpc.getServiceDescriptor();
    }

    private static NettyServerBuilder builder(Path socket) {
        return NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                // Light: netty's default arenas cost more memory than they save time here.
                .withChildOption(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT);
    }

    /**
     * Begins to serve.
     *
     * @throws CriusException.FailedPrecondition where another process answers on the socket
     */
    public static CriEndpoint open(
            Settings settings, NodeCalls node, PodCalls pods, ContainerCalls containers, ImageCalls images) {
        Path socket = settings.socket().toAbsolutePath();
        refuseLiveSocket(socket);
        OPTION_WARNINGS.setLevel(Level.SEVERE);
        Path staging = socket.resolveSibling(
                "." + socket.getFileName() + "." + ProcessHandle.current().pid());
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
        try {
            Files.createDirectories(socket.getParent());
            Files.deleteIfExists(staging);
            Server server = builder(staging)
                    .channelFactory(() -> listener(settings.inspection(), calls))
                    .bossEventLoopGroup(loop)
                    .workerEventLoopGroup(loop)
                    .executor(calls)
                    .maxInboundMessageSize(settings.maxReceive())
                    .intercept(new CallGate(settings.maxSend(), settings.called()))
                    .addService(new RuntimeGrpc(node, pods, containers, settings.requests()))
                    .addService(new ImageGrpc(images, settings.requests()))
                    .build()
                    .start();
            Files.setPosixFilePermissions(staging, PosixFilePermissions.fromString("rw-rw----"));
            Files.move(staging, socket, StandardCopyOption.ATOMIC_MOVE);
            return new CriEndpoint(socket, server, loop, calls);
        } catch (IOException e) {
            var _ = loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            calls.shutdown();
            throw new CriusException.Failed("CRI socket " + socket + ": " + e, e);
        }
    }

    /** Each accepted connection begins with the handler that tells gRPC from HTTP, before gRPC adds its own. */
    private static NioServerDomainSocketChannel listener(Inspection inspection, ExecutorService calls) {
        var listener = new NioServerDomainSocketChannel();
        listener.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object accepted) {
                if (accepted instanceof Channel connection) {
                    connection.pipeline().addLast(new FirstBytes(inspection, calls));
                }
                context.fireChannelRead(accepted);
            }
        });
        return listener;
    }

    /**
     * Says whether somebody answers on the socket, before anything is done that would get in his way.
     *
     * @throws CriusException.FailedPrecondition where somebody does
     */
    public static void refuseLiveSocket(Path socket) {
        if (!Files.exists(socket)) {
            return;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            // Nobody answers: a stale socket, which the rename replaces.
            return;
        }
        throw new CriusException.FailedPrecondition(
                "another process answers on " + socket + ": is a daemon running already?");
    }

    /** Stops taking calls, gives running ones a moment, and removes the socket. Idempotent. */
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
            }
            Files.deleteIfExists(socket);
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new CriusException.Failed("removing " + socket + ": " + e, e);
        } finally {
            var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            calls.shutdownNow();
        }
    }
}

package io.crius.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One HTTP/2 connection to a unix socket with the one I/O thread that serves it. It connects at the first call. */
final class UnixChannel implements AutoCloseable {
    private static final long CLOSE_SECONDS = 5;

    /**
     * Kept here so that its level lasts: grpc-netty sets SO_KEEPALIVE on every connection, and Netty warns at each one that
     * a unix socket has no such option.
     */
    private final Logger optionWarnings = Logger.getLogger("io.netty.bootstrap.Bootstrap");

    private final EventLoopGroup eventLoop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Path socket;
    private final ManagedChannel channel;

    UnixChannel(Path socket, int maxMessageBytes) {
        this.socket = socket;
        optionWarnings.setLevel(Level.SEVERE);
        channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
                .eventLoopGroup(eventLoop)
                .overrideAuthority("localhost")
                .usePlaintext()
                .directExecutor()
                .maxInboundMessageSize(maxMessageBytes)
                .build();
    }

    Path socket() {
        return socket;
    }

    ManagedChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            var _ = channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        var _ = eventLoop.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}

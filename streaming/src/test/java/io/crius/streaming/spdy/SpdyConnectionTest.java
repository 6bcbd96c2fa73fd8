package io.crius.streaming.spdy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.ByteBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdyWindowUpdateFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server's frames against Netty's. */
@Timeout(30)
class SpdyConnectionTest {
    private static final ByteBudget.Share MEMORY = new ByteBudget(1 << 20).share();

    private final EmbeddedChannel codec = codec();
    private final ByteArrayOutputStream toClient = new ByteArrayOutputStream();
    private final List<SpdyStream> accepted = new ArrayList<>();

    private static EmbeddedChannel codec() {
        return new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    }

    private byte[] encoded(Object... frames) {
        var bytes = new ByteArrayOutputStream();
        for (Object frame : frames) {
            codec.writeOutbound(frame);
            Optional<ByteBuf> next = Optional.ofNullable(codec.readOutbound());
            while (next.isPresent()) {
                byte[] part = new byte[next.get().readableBytes()];
                next.get().readBytes(part);
                bytes.writeBytes(part);
                next = Optional.ofNullable(codec.readOutbound());
            }
        }
        return bytes.toByteArray();
    }

    private List<Object> read(byte[] fromClient) throws IOException {
        return read(fromClient, (stream, headers) -> {
            accepted.add(stream);
            return !headers.getOrDefault("streamtype", "").equals("refused");
        });
    }

    private List<Object> read(byte[] fromClient, SpdyConnection.Acceptor acceptor) throws IOException {
        new SpdyConnection(new ByteArrayInputStream(fromClient), toClient, MEMORY).read(acceptor);
        EmbeddedChannel decoder = codec();
        decoder.writeInbound(Unpooled.wrappedBuffer(toClient.toByteArray()));
        var answers = new ArrayList<Object>();
        Optional<Object> next = Optional.ofNullable(decoder.readInbound());
        while (next.isPresent()) {
            answers.add(next.get());
            next = Optional.ofNullable(decoder.readInbound());
        }
        return answers;
    }

    private static DefaultSpdySynStreamFrame open(int id, String type) {
        var frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        frame.headers().set("streamtype", type);
        return frame;
    }

    private static DefaultSpdyDataFrame data(int id, String text, boolean last) {
        var frame = new DefaultSpdyDataFrame(id, Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        frame.setLast(last);
        return frame;
    }

    @Test
    void muchOfAnIndependentStreamThatNobodyReadsHoldsUpNoOther() throws IOException {
        byte[] much = new byte[900_000];
        List<Object> answers = read(
                encoded(
                        open(1, "data"),
                        new DefaultSpdyDataFrame(1, Unpooled.wrappedBuffer(much)),
                        open(3, "data"),
                        data(3, "behind it", true)),
                (stream, _) -> {
                    stream.makeIndependent();
                    return accepted.add(stream);
                });
        assertThat(answers).hasSize(2);
        assertThat(new String(accepted.get(1).input().readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("behind it");
        assertThat(accepted.get(0).input().readNBytes(much.length)).isEqualTo(much);
    }

    @Test
    void streamsAreAnsweredAndTheirBytesStayApart() throws IOException {
        List<Object> answers = read(encoded(
                open(1, "error"),
                open(3, "stdin"),
                data(3, "a", false),
                data(1, "x", true),
                new DefaultSpdyWindowUpdateFrame(3, 100),
                data(3, "b", true),
                data(3, "after the end", false),
                data(99, "of nobody", false),
                new DefaultSpdyPingFrame(5),
                new DefaultSpdyPingFrame(6)));
        assertThat(accepted).extracting(SpdyStream::id).containsExactly(1, 3);
        assertThat(new String(accepted.get(1).input().readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("ab");
        assertThat(answers.get(0)).isInstanceOfSatisfying(SpdySynReplyFrame.class, reply -> {
            assertThat(reply.streamId()).isOne();
            assertThat(reply.isInvalid()).isFalse();
        });
        assertThat(answers.get(1)).isInstanceOf(SpdySynReplyFrame.class);
        assertThat(answers.get(2))
                .isInstanceOfSatisfying(
                        SpdyPingFrame.class, ping -> assertThat(ping.id()).isEqualTo(5));
        assertThat(answers).hasSize(3);
    }

    @Test
    void refusedStreamsAndWrongNumbersAreReset() throws IOException {
        List<Object> answers = read(encoded(open(3, "refused"), open(1, "late"), open(5, "stdin")));
        assertThat(answers.get(0)).isInstanceOfSatisfying(SpdyRstStreamFrame.class, reset -> {
            assertThat(reset.streamId()).isEqualTo(3);
            assertThat(reset.status()).isEqualTo(SpdyStreamStatus.CANCEL);
        });
        assertThat(answers.get(1)).isInstanceOfSatisfying(SpdyRstStreamFrame.class, reset -> {
            assertThat(reset.streamId()).isOne();
            assertThat(reset.status()).isEqualTo(SpdyStreamStatus.PROTOCOL_ERROR);
        });
        assertThat(answers.get(2)).isInstanceOf(SpdySynReplyFrame.class);
    }

    @Test
    void theEndOfTheConnectionGivesUpItsStreams() throws IOException {
        read(encoded(open(1, "stdin"), data(1, "a", false)));
        assertThat(accepted.getFirst().input().read()).isEqualTo('a');
        assertThatThrownBy(() -> accepted.getFirst().input().read()).hasMessageContaining("closed the connection");
        assertThatThrownBy(() -> accepted.getFirst().output().write(1)).hasMessageContaining("the stream was given up");
    }

    @Test
    void framesOfOtherVersionsAndBrokenOnesEndTheConnection() {
        assertThatThrownBy(() -> read(new byte[] {(byte) 0x80, 2, 0, 1, 0, 0, 0, 0}))
                .hasMessageContaining("SPDY version 2");
        assertThatThrownBy(() -> read(new byte[] {(byte) 0x80, 3, 0, 6, 0, 0, 0, 4, 0}))
                .hasMessageContaining("ended within a frame");
        assertThatThrownBy(() -> read(new byte[] {(byte) 0x80, 3, 0, 3, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0}))
                .hasMessageContaining("stream 0");
        assertThatThrownBy(() -> read(new byte[] {0, 0, 0, 1, 0, 0, 0, 4, 0})).hasMessageContaining("within a frame");
    }

    /** The client reads nothing, and yet its frames are read: the reader does not wait for the one who is stuck. */
    @Test
    void aWriterThatIsStuckDoesNotStopTheReader() throws Exception {
        var stuck = new CountDownLatch(1);
        var free = new CountDownLatch(1);
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                if (length > 1000) {
                    stuck.countDown();
                    try {
                        free.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                toClient.write(bytes, offset, length);
            }
        };
        try (var client = new PipedOutputStream();
                var fromClient = new PipedInputStream(client)) {
            var connection = new SpdyConnection(fromClient, full, MEMORY);
            var opened = new CountDownLatch(1);
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    connection.read((stream, _) -> {
                        accepted.add(stream);
                        opened.countDown();
                        return true;
                    });
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            client.write(encoded(open(1, "stdout")));
            client.flush();
            opened.await();
            Thread writer = Thread.ofVirtual().start(() -> write(accepted.getFirst(), 2000));
            stuck.await();
            client.write(encoded(new DefaultSpdyPingFrame(1), data(1, "x", true)));
            client.flush();
            assertThat(accepted.getFirst().input().readAllBytes()).containsExactly('x');
            free.countDown();
            writer.join();
            client.close();
            reader.join();
        }
        EmbeddedChannel decoder = codec();
        decoder.writeInbound(Unpooled.wrappedBuffer(toClient.toByteArray()));
        Object first = decoder.readInbound();
        Object second = decoder.readInbound();
        Object third = decoder.readInbound();
        assertThat(first).isInstanceOf(SpdySynReplyFrame.class);
        assertThat(second).isInstanceOf(SpdyDataFrame.class);
        assertThat(third).isInstanceOf(SpdyPingFrame.class);
    }

    /** Clients drop the data of a stream whose reply they have not seen. */
    @Test
    void dataWaitsForTheReply() throws Exception {
        try (var client = new PipedOutputStream();
                var fromClient = new PipedInputStream(client)) {
            var connection = new SpdyConnection(fromClient, toClient, MEMORY);
            var writer = new CompletableFuture<Thread>();
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    connection.read((stream, _) -> {
                        Thread thread = Thread.ofPlatform().start(() -> write(stream, 2000));
                        while (thread.getState() != Thread.State.WAITING && thread.isAlive()) {
                            Thread.onSpinWait();
                        }
                        return writer.complete(thread);
                    });
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            client.write(encoded(open(1, "stdout")));
            client.flush();
            writer.get().join();
            client.close();
            reader.join();
        }
        EmbeddedChannel decoder = codec();
        decoder.writeInbound(Unpooled.wrappedBuffer(toClient.toByteArray()));
        assertThat(decoder.<Object>readInbound()).isInstanceOf(SpdySynReplyFrame.class);
    }

    /** Clients take a reset that comes first for a refusal. */
    @Test
    void aResetBeforeTheReplyFollowsIt() throws IOException {
        List<Object> answers = read(encoded(open(1, "data")), (stream, _) -> {
            stream.reset();
            return true;
        });

        assertThat(answers).hasSize(2);
        assertThat(answers.getFirst()).isInstanceOf(SpdySynReplyFrame.class);
        assertThat(answers.getLast()).isInstanceOf(SpdyRstStreamFrame.class);
    }

    @Test
    void whoWaitsToWriteToARefusedStreamIsTold() throws Exception {
        var failure = new CompletableFuture<String>();
        List<Object> answers = read(encoded(open(1, "data")), (stream, _) -> {
            Thread writer = Thread.ofPlatform().start(() -> {
                try {
                    stream.output().write('x');
                } catch (IOException e) {
                    failure.complete(e.getMessage());
                }
            });
            while (writer.getState() != Thread.State.WAITING && writer.isAlive()) {
                Thread.onSpinWait();
            }
            return false;
        });

        assertThat(failure.get()).isEqualTo("the stream was given up");
        assertThat(answers).singleElement().isInstanceOf(SpdyRstStreamFrame.class);
    }

    private static void write(SpdyStream stream, int size) {
        try {
            stream.output().write(new byte[size]);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

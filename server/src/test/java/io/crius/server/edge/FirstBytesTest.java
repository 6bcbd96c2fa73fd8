package io.crius.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.server.inspect.Answer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FirstBytesTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(
            new FirstBytes(query -> Answer.text(query.path() + (query.wantsJson() ? " as JSON" : "")), Runnable::run),
            new ChannelInboundHandlerAdapter());

    @Test
    void grpcGetsItsBytesAndWhatItSaidFirst() {
        channel.writeOutbound(bytes("settings"));
        assertThat(channel.outboundMessages()).isEmpty();

        channel.writeInbound(bytes("P"));
        assertThat(channel.inboundMessages()).isEmpty();
        channel.writeInbound(bytes("RI * HTTP/2.0\r\n"));

        assertThat(text(channel.readOutbound())).isEqualTo("settings");
        assertThat(text(channel.readInbound())).isEqualTo("PRI * HTTP/2.0\r\n");
        channel.writeInbound(bytes("more"));
        assertThat(text(channel.readInbound())).isEqualTo("more");
    }

    @Test
    void aQuestionIsAnsweredAndEndsTheConnection() {
        channel.writeOutbound(bytes("settings"));
        channel.writeInbound(bytes("GET /containers/a%20b?x=1 HTTP/1.1\r\nHost: x\r\nAcc"));
        assertThat(channel.isOpen()).isTrue();
        channel.writeInbound(bytes("ept: application/json\r\n\r\n"));

        assertThat(text(channel.readOutbound()))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Content-Length: 23\r\n")
                .endsWith("\r\n\r\n/containers/a b as JSON");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whatIsNeitherIsRefused() {
        channel.writeInbound(bytes("\u0016\u0003\u0001 nonsense\r\n\r\n"));
        assertThat(text(channel.readOutbound())).startsWith("HTTP/1.1 400 Error\r\n");
    }

    @Test
    void onlyReadingIsAnsweredAndNoLongQuestions() {
        channel.writeInbound(bytes("DELETE / HTTP/1.1\r\n\r\n"));
        assertThat(text(channel.readOutbound())).startsWith("HTTP/1.1 405 Error\r\n");
        var other = new EmbeddedChannel(new FirstBytes(_ -> Answer.text(""), Runnable::run));
        other.writeInbound(bytes("GET /" + "x".repeat(9000)));
        assertThat(text(other.readOutbound())).startsWith("HTTP/1.1 431 Error\r\n");
    }

    @Test
    void whoBeginsAQuestionAndFallsSilentIsDisconnected() {
        channel.freezeTime();
        channel.writeInbound(bytes("GET /contai"));
        channel.advanceTimeBy(4999, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private static String text(ByteBuf bytes) {
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        bytes.release();
        return text;
    }
}

package io.crius.streaming.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelsTest {
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CONTINUATION = 0;
    private static final int FIN = 0x80;

    private final ByteArrayOutputStream fromClient = new ByteArrayOutputStream();
    private final ByteArrayOutputStream toClient = new ByteArrayOutputStream();
    private final List<String> received = new ArrayList<>();

    private void frame(int first, byte... payload) {
        fromClient.write(first);
        fromClient.write(0x80 | payload.length);
        byte[] mask = {9, 8, 7, 6};
        fromClient.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            fromClient.write(payload[i] ^ mask[i & 3]);
        }
    }

    private void read(ChannelProtocol protocol) throws IOException {
        var connection = new WebSocketConnection(new ByteArrayInputStream(fromClient.toByteArray()), toClient);
        new Channels(connection, protocol).read(new Channels.Listener() {
            @Override
            public void bytes(int channel, byte[] buffer, int offset, int length) {
                received.add(channel + ":" + new String(buffer, offset, length, StandardCharsets.ISO_8859_1));
            }

            @Override
            public void ended(int channel) {
                received.add(channel + " ended");
            }
        });
    }

    @Test
    void messagesBelongToTheChannelOfTheirFirstByteHoweverTheyAreCut() throws IOException {
        frame(FIN | BINARY, (byte) 0, (byte) 'a');
        frame(BINARY);
        frame(CONTINUATION, (byte) 4);
        frame(FIN | 9, (byte) 'p');
        frame(CONTINUATION, (byte) 'b');
        frame(FIN | CONTINUATION, (byte) 'c');
        frame(FIN | BINARY);
        frame(FIN | 8, (byte) 3, (byte) -24);
        read(ChannelProtocol.V4);
        assertThat(received).containsExactly("0:a", "4:b", "4:c");
        assertThat(toClient.toByteArray()).as("a pong").containsExactly((byte) 0x8A, 1, 'p');
    }

    @Test
    void base64IsDecodedHoweverItIsCut() throws IOException {
        byte[] text = "0aGVsbG8gd29ybGQ=".getBytes(StandardCharsets.US_ASCII);
        frame(TEXT, java.util.Arrays.copyOfRange(text, 0, 3));
        frame(CONTINUATION, java.util.Arrays.copyOfRange(text, 3, 10));
        frame(FIN | CONTINUATION, java.util.Arrays.copyOfRange(text, 10, text.length));
        read(ChannelProtocol.V4_BASE64);
        assertThat(String.join("", received).replace("0:", "")).isEqualTo("hello world");
    }

    @Test
    void theEndOfAChannelIsSignalledByV5Alone() throws IOException {
        frame(FIN | BINARY, (byte) 0xFF, (byte) 0);
        read(ChannelProtocol.V5);
        assertThat(received).containsExactly("0 ended");
        received.clear();
        read(ChannelProtocol.V4);
        assertThat(received).containsExactly("255:\0");
    }

    @Test
    void aWrongEndOfAChannelEndsTheConnection() {
        frame(FIN | BINARY, (byte) 0xFF, (byte) 0, (byte) 1);
        assertThatThrownBy(() -> read(ChannelProtocol.V5))
                .isInstanceOf(WebSocketException.class)
                .hasMessageContaining("close signal");
    }

    @Test
    void aFrameThatIsNotMaskedEndsTheConnectionWithTheCodeForThat() {
        fromClient.writeBytes(new byte[] {(byte) (FIN | BINARY), 1, 0});
        assertThatThrownBy(() -> read(ChannelProtocol.V4)).hasMessageContaining("not masked");
        assertThat(toClient.toByteArray()).containsExactly((byte) 0x88, 2, (byte) (1002 >>> 8), (byte) 1002);
    }

    @Test
    void longMessagesGoOutInFramesWithLongLengths() throws IOException {
        var connection = new WebSocketConnection(new ByteArrayInputStream(new byte[0]), toClient);
        var channels = new Channels(connection, ChannelProtocol.V4);
        channels.output(1).write(new byte[200]);
        assertThat(toClient.toByteArray())
                .startsWith((byte) 0x82, (byte) 126, 0, (byte) 201, 1)
                .hasSize(205);
    }
}

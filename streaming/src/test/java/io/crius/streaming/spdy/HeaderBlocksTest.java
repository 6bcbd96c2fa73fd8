package io.crius.streaming.spdy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.Adler32;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

class HeaderBlocksTest {
    @Test
    void theDictionaryIsTheStandardOne() {
        var sum = new Adler32();
        sum.update(Dictionary.bytes());
        assertThat(Dictionary.bytes()).hasSize(1423);
        assertThat((int) sum.getValue()).isEqualTo(Dictionary.ID);
    }

    @Test
    void aBlockOfAnotherEncoderIsRead() throws SpdyException {
        try (var decoder = new HeaderDecoder()) {
            byte[] block = HexFormat.of().parseHex("78f9e3c6a7c202a62346703a2b294a4dcc851625acc525c03c01000000ffff");
            assertThat(decoder.decode(block)).containsExactly(Map.entry("streamtype", "stdin"));
        }
    }

    @Test
    void blocksOfOneDirectionShareTheirContext() throws SpdyException {
        var deflater = new Deflater(9);
        deflater.setDictionary(Dictionary.bytes());
        try (var decoder = new HeaderDecoder()) {
            for (String type : new String[] {"error", "stdin", "stdout", "stdout"}) {
                byte[] block = deflate(deflater, plain("streamtype", type));
                assertThat(decoder.decode(block)).containsExactly(Map.entry("streamtype", type));
            }
        } finally {
            deflater.end();
        }
    }

    @Test
    void emptyBlocksAreReadByAnInflaterOneAfterTheOther() throws Exception {
        var headers = new EmptyHeaders();
        var inflater = new Inflater();
        byte[] out = new byte[100];
        inflater.setInput(headers.next());
        assertThat(inflater.inflate(out)).isZero();
        assertThat(inflater.needsDictionary()).isTrue();
        inflater.setDictionary(Dictionary.bytes());
        assertThat(inflater.inflate(out)).isEqualTo(4);
        for (int i = 0; i < 3; i++) {
            inflater.setInput(headers.next());
            assertThat(inflater.inflate(out)).isEqualTo(4);
            assertThat(inflater.needsInput()).isTrue();
        }
        inflater.end();
    }

    @Test
    void blocksThatBreakTheRulesEndTheConnection() {
        refused(plain("StreamType", "stdin"), "header name");
        refused(plain("a", "1", "a", "2"), "twice");
        refused(ByteBuffer.allocate(4).putInt(2000).array(), "2000 headers");
        refused(ByteBuffer.allocate(8).putInt(1).putInt(99).array(), "longer than its block");
        refused(new byte[300 << 10], "more than 262144 bytes");
    }

    private static void refused(byte[] plain, String why) {
        var deflater = new Deflater(9);
        deflater.setDictionary(Dictionary.bytes());
        byte[] block = deflate(deflater, plain);
        deflater.end();
        try (var decoder = new HeaderDecoder()) {
            assertThatThrownBy(() -> decoder.decode(block))
                    .isInstanceOf(SpdyException.class)
                    .hasMessageContaining(why);
        }
    }

    private static byte[] plain(String... headers) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(4).putInt(headers.length / 2).array());
        for (String text : headers) {
            out.writeBytes(ByteBuffer.allocate(4).putInt(text.length()).array());
            out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }

    private static byte[] deflate(Deflater deflater, byte[] plain) {
        var out = new ByteArrayOutputStream();
        byte[] chunk = new byte[4096];
        deflater.setInput(plain);
        int count;
        do {
            count = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
            out.write(chunk, 0, count);
        } while (count == chunk.length);
        return out.toByteArray();
    }
}

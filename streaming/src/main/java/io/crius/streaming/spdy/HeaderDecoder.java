package io.crius.streaming.spdy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Header blocks of a connection's incoming direction, which share one context: each block is to be decoded, also those of no
 * interest. One thread; closing frees memory outside the heap.
 */
final class HeaderDecoder implements AutoCloseable {
    /** Those of Kubernetes are under a kilobyte; a block that inflates to more than this is an attack. */
    private static final int LARGEST = 256 << 10;

    private static final int MOST_HEADERS = 1000;
    private static final int CHUNK = 2 << 10;

    private final Inflater inflater = new Inflater();

    /** The headers; several values of one name are separated by NUL. */
    Map<String, String> decode(byte[] block) throws SpdyException {
        try {
            return parse(ByteBuffer.wrap(inflate(block)));
        } catch (DataFormatException | IllegalArgumentException e) {
            throw new SpdyException("a header block that cannot be decompressed: " + e.getMessage());
        }
    }

    private byte[] inflate(byte[] block) throws DataFormatException, SpdyException {
        var plain = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        inflater.setInput(block);
        int count;
        do {
            count = inflater.inflate(chunk);
            if (count == 0 && inflater.needsDictionary()) {
                inflater.setDictionary(Dictionary.bytes());
                count = inflater.inflate(chunk);
            }
            plain.write(chunk, 0, count);
            if (plain.size() > LARGEST) {
                throw new SpdyException("a header block of more than " + LARGEST + " bytes");
            }
        } while (count > 0);
        return plain.toByteArray();
    }

    private static Map<String, String> parse(ByteBuffer plain) throws SpdyException {
        int count = number(plain);
        if (count > MOST_HEADERS) {
            throw new SpdyException("a block of " + count + " headers");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String name = text(plain);
            if (name.isEmpty() || !name.equals(name.toLowerCase(Locale.ROOT))) {
                throw new SpdyException("the header name \"" + name + "\"");
            }
            if (headers.put(name, text(plain)) != null) {
                throw new SpdyException("the header " + name + " twice");
            }
        }
        return headers;
    }

    private static String text(ByteBuffer plain) throws SpdyException {
        int length = number(plain);
        if (length > plain.remaining()) {
            throw new SpdyException("a header that is longer than its block");
        }
        byte[] bytes = new byte[length];
        plain.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int number(ByteBuffer plain) throws SpdyException {
        if (plain.remaining() < Integer.BYTES) {
            throw new SpdyException("a header block that is cut off");
        }
        int number = plain.getInt();
        if (number < 0) {
            throw new SpdyException("a header block with a negative length");
        }
        return number;
    }

    @Override
    public void close() {
        inflater.end();
    }
}

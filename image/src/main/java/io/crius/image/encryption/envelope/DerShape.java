package io.crius.image.encryption.envelope;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Bytes that a parser of ASN.1 may be given. Safety: parsers take stack for each level, and lengths that are not said (BER) let a
 * few bytes be thousands of levels deep.
 */
final class DerShape {
    private static final int DEEPEST = 32;
    private static final int CONSTRUCTED = 0x20;
    private static final int LONG_TAG = 0x1f;
    private static final int UNKNOWN_LENGTH = 0x80;
    private static final int BARE_SEQUENCE = 0x10;

    private final byte[] der;
    private int at;

    private DerShape(byte[] der) {
        this.der = der;
    }

    /**
     * The same bytes, put right where one is known to be wrong. Compat: ocicrypt's library forgets to mark the parameters of GCM
     * as something with parts.
     *
     * @throws IOException lengths that are not said or not true, or too many levels
     */
    static byte[] checked(byte[] der) throws IOException {
        var shape = new DerShape(der.clone());
        shape.check();
        return shape.der;
    }

    private void check() throws IOException {
        Deque<Integer> ends = new ArrayDeque<>();
        ends.push(der.length);
        while (!ends.isEmpty()) {
            int end = ends.getFirst();
            if (at == end) {
                ends.pop();
                continue;
            }
            int tag = tag(end);
            if ((tag & LONG_TAG) == LONG_TAG) {
                throw new IOException("the CMS message has a tag of several bytes");
            }
            int length = length(end);
            if (length > end - at) {
                throw new IOException("the CMS message is cut off");
            }
            if ((tag & CONSTRUCTED) == 0) {
                at += length;
            } else if (ends.size() > DEEPEST) {
                throw new IOException("the CMS message has more than " + DEEPEST + " levels");
            } else {
                ends.push(at + length);
            }
        }
    }

    private int tag(int end) throws IOException {
        int tag = next(end);
        if (tag != BARE_SEQUENCE) {
            return tag;
        }
        der[at - 1] |= CONSTRUCTED;
        return tag | CONSTRUCTED;
    }

    private int next(int end) throws IOException {
        if (at >= end) {
            throw new IOException("the CMS message is cut off");
        }
        return der[at++] & 0xff;
    }

    private int length(int end) throws IOException {
        int first = next(end);
        if (first < UNKNOWN_LENGTH) {
            return first;
        }
        int count = first - UNKNOWN_LENGTH;
        if (count == 0 || count > 3) {
            throw new IOException("the CMS message has a length that is not said, or too large");
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = (length << 8) | next(end);
        }
        return length;
    }
}

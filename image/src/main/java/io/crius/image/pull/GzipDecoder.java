package io.crius.image.pull;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * gzip, member after member to the very end. Spec: RFC 1952.
 *
 * <p>Unlike the JDK's stream it finds further members whatever the source says to have available, and inflates straight
 * into the caller's big buffers. Closing does not close the source.
 */
final class GzipDecoder extends InputStream {
    private static final int FTEXT_TO_FCOMMENT = 0x1f;
    private static final int FHCRC = 0x02;
    private static final int FEXTRA = 0x04;
    private static final int FNAME = 0x08;
    private static final int FCOMMENT = 0x10;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[64 << 10];
    private int at;
    private int end;
    private boolean inMember;
    private boolean finished;

    /** @param in the first member begins at its first byte */
    GzipDecoder(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (!finished) {
            if (!inMember && !begin()) {
                break;
            }
            int count = inflate(target, offset, length);
            if (count > 0) {
                crc.update(target, offset, count);
                return count;
            }
            if (inflater.finished()) {
                endMember();
            }
        }
        finished = true;
        return -1;
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        try {
            int count = inflater.inflate(target, offset, length);
            if (count == 0 && inflater.needsDictionary()) {
                throw new ZipException("a preset dictionary is needed");
            }
            if (count == 0 && inflater.needsInput() && !inflater.finished()) {
                require();
                inflater.setInput(buffer, at, end - at);
                at = end;
            }
            return count;
        } catch (DataFormatException e) {
            throw new ZipException(e.getMessage() == null ? "damaged data" : e.getMessage());
        }
    }

    /** The header of the next member; false at the end of the source. */
    private boolean begin() throws IOException {
        if (at == end && !fill()) {
            return false;
        }
        if (next() != 0x1f || next() != 0x8b || next() != 8) {
            throw new ZipException("invalid header of a gzip member");
        }
        int flags = next();
        if ((flags & ~FTEXT_TO_FCOMMENT) != 0) {
            throw new ZipException("unknown flags in the header of a gzip member");
        }
        skip(6);
        if ((flags & FEXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & FNAME) != 0) {
            skipText();
        }
        if ((flags & FCOMMENT) != 0) {
            skipText();
        }
        if ((flags & FHCRC) != 0) {
            skip(2);
        }
        inflater.reset();
        crc.reset();
        inMember = true;
        return true;
    }

    private void endMember() throws IOException {
        at = end - inflater.getRemaining();
        long sum = number();
        long length = number();
        if (sum != crc.getValue()) {
            throw new ZipException("checksum of a gzip member does not match");
        }
        if (length != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw new ZipException("length of a gzip member does not match");
        }
        inMember = false;
    }

    private long number() throws IOException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // The text of no interest ends with a zero.
        }
    }

    private int next() throws IOException {
        require();
        return buffer[at++] & 0xff;
    }

    private void require() throws IOException {
        if (at == end && !fill()) {
            throw new EOFException("the data ends in the middle of a gzip member");
        }
    }

    private boolean fill() throws IOException {
        int count = in.read(buffer);
        at = 0;
        end = Math.max(0, count);
        return count > 0;
    }

    /** Gives the native memory back. */
    @Override
    public void close() {
        inflater.end();
    }
}

package io.crius.runtime.session;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A person's keys up to ctrl-p ctrl-q, which end them. A ctrl-p is held back until the next key says what it was. One thread at a
 * time; {@link #detached} may be asked by any.
 */
final class DetachKeys extends InputStream {
    private static final int CTRL_P = 16;
    private static final int CTRL_Q = 17;
    private static final int CHUNK = 4 << 10;

    private final InputStream keys;
    private final byte[] chunk = new byte[CHUNK];
    private byte[] ready = new byte[0];
    private int at;
    private boolean held;
    private boolean over;
    private volatile boolean detached;

    DetachKeys(InputStream keys) {
        this.keys = keys;
    }

    boolean detached() {
        return detached;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        while (at == ready.length) {
            if (over) {
                return -1;
            }
            fill();
        }
        int count = Math.min(length, ready.length - at);
        System.arraycopy(ready, at, buffer, offset, count);
        at += count;
        return count;
    }

    private void fill() throws IOException {
        int count = keys.read(chunk);
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < count && !over; i++) {
            take(chunk[i], out);
        }
        if (count < 0) {
            over = true;
            if (held) {
                out.write(CTRL_P);
            }
        }
        ready = out.toByteArray();
        at = 0;
    }

    private void take(byte key, ByteArrayOutputStream out) {
        if (held && key == CTRL_Q) {
            detached = true;
            over = true;
            held = false;
            return;
        }
        if (held) {
            out.write(CTRL_P);
        }
        held = key == CTRL_P;
        if (!held) {
            out.write(key);
        }
    }

    @Override
    public void close() throws IOException {
        keys.close();
    }
}

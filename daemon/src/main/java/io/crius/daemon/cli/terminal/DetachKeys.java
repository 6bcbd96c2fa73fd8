package io.crius.daemon.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Looks for the keys that leave a process alone, ctrl-p ctrl-q. Compat: crictl's and docker's. A ctrl-p is held back
 * until the next key says what it was. For one thread.
 */
final class DetachKeys {
    private static final byte FIRST = 0x10;
    private static final byte SECOND = 0x11;

    private boolean begun;

    /** Hands keys on; true when the person wants to leave. */
    boolean pass(byte[] keys, int length, OutputStream process) throws IOException {
        int from = 0;
        for (int i = 0; i < length; i++) {
            if (begun) {
                begun = false;
                if (keys[i] == SECOND) {
                    return true;
                }
                process.write(FIRST);
                from = i;
            }
            if (keys[i] == FIRST) {
                process.write(keys, from, i - from);
                from = i + 1;
                begun = true;
            }
        }
        process.write(keys, from, length - from);
        process.flush();
        return false;
    }
}

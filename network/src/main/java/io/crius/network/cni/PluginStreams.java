package io.crius.network.cni;

import io.crius.linux.Descriptors;
import io.crius.linux.Fd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The two output pipes of a running plugin: all of standard output up to a limit, the end of standard error. Not
 * thread-safe: it belongs to the thread that runs the plugin.
 */
final class PluginStreams {
    private final Descriptors descriptors;
    private final Fd outputPipe;
    private final Fd errorPipe;
    private final List<Fd> open;
    private final byte[] buffer = new byte[8192];
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private byte[] errorTail = new byte[0];

    PluginStreams(Descriptors descriptors, Fd outputPipe, Fd errorPipe) {
        this.descriptors = descriptors;
        this.outputPipe = outputPipe;
        this.errorPipe = errorPipe;
        this.open = new ArrayList<>(List.of(outputPipe, errorPipe));
    }

    /** Waits for output or the process's end and reads what there is; tells whether the process ended. */
    boolean readUntilExit(Fd process, Duration atMost) throws IOException {
        var awaited = new ArrayList<>(open);
        awaited.add(process);
        List<Fd> ready = descriptors.poll(awaited, atMost);
        for (Fd pipe : ready) {
            if (pipe != process) {
                read(pipe);
            }
        }
        return ready.contains(process);
    }

    /**
     * Reads what is in the pipes now, without waiting for their end: a helper that the plugin left behind may hold them
     * open for ever.
     */
    void drain() throws IOException {
        while (!open.isEmpty() && !isOverLimit()) {
            List<Fd> ready = descriptors.poll(open, Duration.ZERO);
            if (ready.isEmpty()) {
                return;
            }
            for (Fd pipe : ready) {
                read(pipe);
            }
        }
    }

    boolean isOverLimit() {
        return output.size() > PluginProcess.OUTPUT_LIMIT;
    }

    String output() {
        return output.toString(StandardCharsets.UTF_8);
    }

    String errorTail() {
        return new String(errorTail, StandardCharsets.UTF_8);
    }

    private void read(Fd pipe) throws IOException {
        int count = descriptors.read(pipe, buffer, 0, buffer.length);
        if (count <= 0) {
            open.remove(pipe);
        } else if (pipe == outputPipe) {
            output.write(buffer, 0, count);
        } else if (pipe == errorPipe) {
            keepTail(count);
        }
    }

    private void keepTail(int count) {
        int kept = Math.min(errorTail.length, Math.max(0, PluginProcess.ERROR_TAIL - count));
        int added = Math.min(count, PluginProcess.ERROR_TAIL);
        byte[] tail = new byte[kept + added];
        System.arraycopy(errorTail, errorTail.length - kept, tail, 0, kept);
        System.arraycopy(buffer, count - added, tail, kept, added);
        errorTail = tail;
    }
}

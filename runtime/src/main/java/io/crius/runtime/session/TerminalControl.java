package io.crius.runtime.session;

import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.runtime.RuntimeContainer;
import io.crius.streaming.session.TerminalSize;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/** The terminal of a container's first process, which its monitor holds. Thread-safe; no call waits. */
final class TerminalControl {
    private static final System.Logger LOG = System.getLogger(TerminalControl.class.getName());

    private final Linux linux;
    private final RuntimeContainer container;

    TerminalControl(Linux linux, RuntimeContainer container) {
        this.linux = linux;
        this.container = container;
    }

    /** A size that cannot be told is not worth the session. Spec: conmon's control fifo, one line for each request. */
    void resize(TerminalSize size) {
        byte[] line = ("1 " + size.height() + " " + size.width() + "\n").getBytes(StandardCharsets.US_ASCII);
        Path control = container.folders().bundle().resolve("ctl");
        try (Fd fifo = linux.descriptors().open(control, Set.of(OpenFlag.WRONLY, OpenFlag.NONBLOCK), 0)) {
            linux.descriptors().write(fifo, line, 0, line.length);
        } catch (ErrnoException e) {
            LOG.log(Level.DEBUG, () -> "container " + container.id() + ": resize: " + e.getMessage());
        }
    }
}

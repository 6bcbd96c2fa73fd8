package io.crius.runtime.exec;

import io.crius.linux.Fd;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What stands behind the streams of a command: this side's ends, and the command's. One thread; closing is idempotent. */
sealed interface CommandEnds extends AutoCloseable permits PipeEnds, TerminalEnds {
    /** What the command writes to, and where it goes. */
    record Outlet(Fd from, OutputStream to) {}

    /** For the runtime, by the numbers it gets them as. */
    Map<Integer, Fd> ofRuntime();

    /** More words for the runtime's {@code exec}. */
    List<String> arguments();

    /** The runtime runs: its ends are closed here. */
    void spawned();

    /** The runtime has started the command and ended: what it handed over is taken. */
    void started(Duration limit) throws IOException;

    List<Outlet> outlets();

    /** Where the command's input goes. */
    OutputStream input();

    /** The person sends nothing more. */
    void inputEnded();

    /** What a runtime that did not start the command has said. */
    String runtimeErrors() throws IOException;

    /** Ends the command's input and output. */
    @Override
    void close();
}

package io.crius.runtime.exec;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.streaming.session.ProcessStreams;
import io.crius.streaming.session.StreamRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands behind the streams of a command: this side's ends, and the command's; made before the person comes whose streams
 * they are carried to. One thread at a time; closing is idempotent.
 */
sealed interface CommandEnds extends AutoCloseable permits PipeEnds, TerminalEnds {
    /** What the command writes to, and where it goes. */
    record Outlet(Fd from, OutputStream to) {}

    static CommandEnds open(Linux linux, StreamRequest request, ExecFiles files) throws IOException {
        return request.isTerminal() ? TerminalEnds.open(linux, files.terminal()) : PipeEnds.open(linux, request);
    }

    /** For the runtime, by the numbers it gets them as: 0 to 2. */
    Map<Integer, Fd> ofRuntime();

    /** More words for the runtime's {@code exec}. */
    List<String> arguments();

    /** The runtime runs: its ends are closed here. */
    void spawned();

    /** Becomes readable when the runtime hands over what {@link #take} takes; empty where nothing is to come any more. */
    Optional<Fd> arriving();

    /** Takes what has arrived, for a person. Does not wait. */
    void take(ProcessStreams streams) throws IOException;

    /**
     * What the command alone writes to once it is started: its bytes may then go to the person while the runtime still runs.
     * There may be more of them after {@link #take}.
     */
    List<Outlet> ofCommandAlone(ProcessStreams streams);

    /** All that the command writes to, once the runtime has started it and ended, and what it hands over was taken. */
    List<Outlet> outlets(ProcessStreams streams);

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

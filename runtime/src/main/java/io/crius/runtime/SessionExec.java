package io.crius.runtime;

import io.crius.model.CriusException;
import io.crius.streaming.session.Ending;
import io.crius.streaming.session.ProcessSession;
import io.crius.streaming.session.ProcessStreams;
import java.io.IOException;

/** A command that a person has asked for, who comes for it soon or never. Thread-safe. */
public interface SessionExec extends ProcessSession {
    /** Has done ahead what can be done before the person comes, for some seconds. Returns at once; need not be called, nor be followed. */
    void makeReady();

    /**
     * Starts the command in its running container, as the container's user and with its capabilities, and connects it with the
     * streams. Once.
     *
     * <p>The session ends with the command; output of processes that it left behind is not waited for. When the person
     * is gone, or cannot be written to, the command's input and output end, and what lives a while later is killed with
     * its session.
     *
     * @throws CriusException.FailedPrecondition when the container is paused or does not run
     * @throws CriusException.InvalidArgument when there is no such command
     */
    @Override
    Ending run(ProcessStreams streams) throws IOException, InterruptedException;
}

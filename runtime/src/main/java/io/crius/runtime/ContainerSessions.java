package io.crius.runtime;

import io.crius.model.CriusException;
import io.crius.streaming.session.Ending;
import io.crius.streaming.session.ProcessStreams;
import java.io.IOException;
import java.util.List;

/**
 * People's sessions with the processes of a container. Thread-safe; a call blocks until the session is over and is meant for a
 * virtual thread, whose interrupt says that the person is gone.
 */
public interface ContainerSessions {
    /**
     * Starts a command in a running container, as the container's user and with its capabilities, and connects it with
     * the streams.
     *
     * <p>The session ends with the command; output of processes that it left behind is not waited for. When the person
     * is gone, or cannot be written to, the command's input and output end, and what lives a while later is killed with
     * its session.
     *
     * @throws CriusException.FailedPrecondition when the container is paused or does not run
     * @throws CriusException.InvalidArgument when there is no such command
     */
    Ending exec(RuntimeContainer container, List<String> command, ProcessStreams streams)
            throws IOException, InterruptedException;

    /**
     * Connects with the streams of the container's first process: output from now on, and input where the container takes any.
     *
     * <p>The session ends with the container, with the keys ctrl-p ctrl-q at a terminal, and with the input where the
     * container keeps its own open afterwards. A person who does not read while the container writes is disconnected
     * after some seconds: nothing else could be written meanwhile.
     *
     * @throws CriusException.FailedPrecondition when there is no monitor
     */
    Ending attach(RuntimeContainer container, ProcessStreams streams) throws IOException, InterruptedException;
}

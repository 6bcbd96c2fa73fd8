package io.crius.runtime;

import io.crius.model.CriusException;
import io.crius.streaming.session.Ending;
import io.crius.streaming.session.ProcessStreams;
import io.crius.streaming.session.StreamRequest;
import java.io.IOException;
import java.util.List;

/**
 * People's sessions with the processes of a container. Thread-safe; a call blocks until the session is over and is meant for a
 * virtual thread, whose interrupt says that the person is gone.
 */
public interface ContainerSessions {
    /**
     * A command in a running container, for a person who comes for it by {@link SessionExec#run}.
     *
     * @throws CriusException.InvalidArgument where the command is empty
     */
    SessionExec exec(RuntimeContainer container, List<String> command, StreamRequest request);

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

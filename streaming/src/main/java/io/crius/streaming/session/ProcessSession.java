package io.crius.streaming.session;

import java.io.IOException;

/** Connects a person with a process: a new one (exec), or one that runs (attach). */
@FunctionalInterface
public interface ProcessSession {
    /**
     * Carries bytes both ways until there is nothing more to carry. Runs on a virtual thread that is interrupted when the person
     * is gone; what was started for the person is ended then, and everything given back.
     *
     * @throws io.crius.model.CriusException what the person is told
     */
    Ending run(ProcessStreams streams) throws IOException, InterruptedException;
}

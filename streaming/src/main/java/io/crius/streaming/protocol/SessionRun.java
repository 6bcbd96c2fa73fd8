package io.crius.streaming.protocol;

import io.crius.model.CriusException;
import io.crius.streaming.protocol.StreamTask.ProcessTask;
import io.crius.streaming.session.Ending;
import io.crius.streaming.session.ProcessStreams;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** One session on the thread that made this object; the thread that reads from the client may end it. */
final class SessionRun {
    private static final System.Logger LOG = System.getLogger(SessionRun.class.getName());

    private final Thread thread = Thread.currentThread();
    private boolean gone;
    private boolean over;

    /** The client has gone: interrupts the session where it still runs. */
    synchronized void clientGone() {
        gone = true;
        if (!over) {
            thread.interrupt();
        }
    }

    synchronized boolean isGone() {
        return gone;
    }

    /** No interrupt comes after this. */
    private synchronized void finish() {
        over = true;
        var _ = Thread.interrupted();
    }

    /** Runs the session; the ending is empty where nobody is there to be told. */
    Optional<Ending> run(ProcessTask task, ProcessStreams streams) {
        try {
            return Optional.of(task.session().run(streams));
        } catch (InterruptedException | InterruptedIOException e) {
            LOG.log(Level.DEBUG, () -> task.purpose() + ": the client left: " + e.getMessage());
            return Optional.empty();
        } catch (CriusException | IOException e) {
            if (isGone()) {
                LOG.log(Level.DEBUG, () -> task.purpose() + ": the client left: " + e.getMessage());
                return Optional.empty();
            }
            return Optional.of(new Ending.Failed(task.purpose().failure() + e.getMessage()));
        } finally {
            finish();
        }
    }
}

package io.crius.daemon.cli.ctl.session;

import io.grpc.StatusRuntimeException;
import java.util.List;

/** Does the same with several objects: a failure with one is told, and the others have their turn. */
public final class Each {
    /** What is done with one object. */
    public interface Step {
        void run(String id);
    }

    private Each() {}

    /** Gives the exit status: 1 when one failed. */
    public static int of(List<String> ids, Session session, String what, Step step) {
        int status = 0;
        for (String id : ids) {
            try {
                step.run(id);
            } catch (StatusRuntimeException e) {
                session.warn(what + " " + id + ": " + Failures.describe(e, session.settings()));
                status = 1;
            }
        }
        return status;
    }
}

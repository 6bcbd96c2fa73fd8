package io.crius.runtime.exec;

import io.crius.model.CriusException;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.cli.RuntimeMessages;

/** A runtime that did not start a command. */
final class Refusal {
    private Refusal() {}

    /** The error that its words mean. */
    static CriusException of(String what, RuntimeHandler handler, int status, String stderr) {
        String said = RuntimeMessages.readable(stderr);
        String message = what + ": " + (said.isEmpty() ? handler.path() + " ended with " + status : said);
        return switch (RuntimeMessages.meaning(stderr)) {
            case UNKNOWN_CONTAINER, NOT_RUNNING, PAUSED -> new CriusException.FailedPrecondition(message);
            case NO_SUCH_COMMAND -> new CriusException.InvalidArgument(message);
            case NOT_PAUSED, ALREADY_STARTED, OTHER -> new CriusException.Failed(message);
        };
    }
}

package io.crius.network.cni;

import io.crius.model.CriusException;
import java.util.OptionalInt;

/** A plugin that did not do what it was asked; the message begins with the plugin's name and has all there is to say. */
final class PluginFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** What kind of error the caller of the module sees. */
    enum Kind {
        FAILED,
        /** The plugin says that a later try may succeed. */
        TRY_AGAIN,
        TIMED_OUT
    }

    private final Kind kind;
    private final String text;
    private final transient OptionalInt code;

    PluginFailure(Kind kind, OptionalInt code, String message) {
        super(message);
        this.kind = kind;
        this.text = message;
        this.code = code;
    }

    /** The same failure with more to say. */
    PluginFailure withNote(String note) {
        var noted = new PluginFailure(kind, code, text + note);
        noted.initCause(this);
        return noted;
    }

    /** The message, which is always there. */
    String text() {
        return text;
    }

    Kind kind() {
        return kind;
    }

    /** The CNI error code, where the plugin gave one. */
    OptionalInt code() {
        return code;
    }

    /** The module's exception for an operation that ended with this failure. */
    CriusException toCriusException(String message) {
        return switch (kind) {
            case FAILED -> new CriusException.Failed(message, this);
            case TRY_AGAIN -> new CriusException.Unavailable(message, this);
            case TIMED_OUT -> new CriusException.DeadlineExceeded(message, this);
        };
    }
}

package io.crius.image.trust.signature;

/** A signature, or what is needed to check it, is not good enough; the message says why, for people. */
public final class RejectedException extends Exception {
    private static final long serialVersionUID = 1;

    public RejectedException(String reason) {
        super(reason);
    }

    public RejectedException(String reason, Throwable cause) {
        super(reason, cause);
    }

    /** The reason. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}

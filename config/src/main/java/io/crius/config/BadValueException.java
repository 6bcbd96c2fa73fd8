package io.crius.config;

/** A value that its option cannot take. The message says what was expected and what was found, without place or key. */
final class BadValueException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    BadValueException(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }

    static BadValueException expected(String wanted, RawValue found) {
        return new BadValueException("expected " + wanted + ", found " + found.kind());
    }
}

package io.crius.model;

/**
 * What ties an error that a caller was told to the log and to explanations. The id of the request in progress travels in
 * {@link #CURRENT}; work that outlives its request takes it along.
 */
public record RequestId(String text) {
    /** The request that this thread works for; unbound means that the daemon works on its own. */
    public static final ScopedValue<RequestId> CURRENT = ScopedValue.newInstance();

    /** Nobody asked: the daemon works on its own. */
    public static final RequestId NONE = new RequestId("");

    public static RequestId current() {
        return CURRENT.orElse(NONE);
    }

    @Override
    public String toString() {
        return text;
    }
}

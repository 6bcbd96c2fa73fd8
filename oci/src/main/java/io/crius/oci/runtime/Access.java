package io.crius.oci.runtime;

/** Whether the container may write. */
public enum Access {
    READ_WRITE,
    READ_ONLY
}

package io.crius.runtime;

/** Whether the death of a container's first process takes all its other processes with it. */
public enum PidNamespace {
    OWN,
    /** The pod's or the node's. */
    SHARED
}

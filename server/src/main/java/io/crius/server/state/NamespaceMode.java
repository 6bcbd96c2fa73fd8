package io.crius.server.state;

/** With whom a namespace is shared. */
public enum NamespaceMode {
    /** With all containers of the pod. */
    POD,
    /** With nobody. */
    CONTAINER,
    /** With the host. */
    NODE,
    /** With one other container of the pod (PID only). */
    TARGET
}

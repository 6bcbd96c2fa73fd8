package io.crius.network.cni;

/** What a plugin is asked to do: the value of CNI_COMMAND. */
enum Verb {
    ADD,
    DEL,
    CHECK,
    STATUS,
    GC,
    VERSION
}

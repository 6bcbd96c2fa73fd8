package io.crius.network.cni;

/** Libcni's result cache on disk. */
final class AttachmentCache {}

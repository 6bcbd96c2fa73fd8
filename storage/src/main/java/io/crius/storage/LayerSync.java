package io.crius.storage;

/** What is forced to the disk before a new layer is recorded as complete. */
public enum LayerSync {
    /** The record only: after a power loss the newest layers may be damaged. Compat: the default of storage.conf. */
    RECORD,
    /** All of the layer, by syncing its file system: {@code sync = "filesystem"} of storage.conf. */
    FILESYSTEM
}

package io.crius.storage;

/** Whether the folder of the overlay driver gets a private bind mount of its own. */
public enum DriverHome {
    /** Yes, so that overlay mounts do not spread into other mount namespaces. */
    PRIVATE_MOUNT,
    /** No: {@code skip_mount_home} of storage.conf. */
    PLAIN_FOLDER
}

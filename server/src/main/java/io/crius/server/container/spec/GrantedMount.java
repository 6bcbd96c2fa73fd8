package io.crius.server.container.spec;

import io.crius.server.state.RequestedMount.Propagation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A requested mount whose source was looked at.
 *
 * @param source with links resolved; it exists
 * @param destination in the container: absolute and normal
 * @param propagation what is done, which may be more than was asked for
 */
public record GrantedMount(Path source, String destination, Writing writing, Propagation propagation) {
    /** What the container may write there. */
    public enum Writing {
        READ_WRITE,
        /** Mounts below may be writable. */
        READ_ONLY,
        /** No mount below is writable either. */
        RECURSIVE_READ_ONLY
    }

    List<String> options() {
        var options = new ArrayList<String>();
        options.add("rbind");
        options.add(writing == Writing.READ_WRITE ? "rw" : "ro");
        if (writing == Writing.RECURSIVE_READ_ONLY) {
            options.add("rro");
        }
        options.add(
                switch (propagation) {
                    case PRIVATE -> "rprivate";
                    case HOST_TO_CONTAINER -> "rslave";
                    case BIDIRECTIONAL -> "rshared";
                });
        return List.copyOf(options);
    }
}

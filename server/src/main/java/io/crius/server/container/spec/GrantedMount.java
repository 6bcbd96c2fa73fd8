package io.crius.server.container.spec;

import io.crius.oci.runtime.SpecMount;
import io.crius.server.state.RequestedMount.IdMaps;
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
public record GrantedMount(
        Path source, String destination, Writing writing, Propagation propagation, Origin origin, IdMaps idMaps) {
    /** What the container may write there. */
    public enum Writing {
        READ_WRITE,
        /** Mounts below may be writable. */
        READ_ONLY,
        /** No mount below is writable either. */
        RECURSIVE_READ_ONLY
    }

    /** Whose the content is. */
    public enum Origin {
        NODE,
        /** Spec: KEP-4639, programs of a mounted image may run; its devices and setuid bits mean nothing. */
        IMAGE,
        /** Compat: files of an artifact are not executed either. */
        ARTIFACT
    }

    /** A path of the node, its ids as they are. */
    public static GrantedMount ofNode(Path source, String destination, Writing writing, Propagation propagation) {
        return new GrantedMount(source, destination, writing, propagation, Origin.NODE, IdMaps.NONE);
    }

    /** A folder or file of an image. */
    public static GrantedMount ofImage(Path source, String destination) {
        return new GrantedMount(source, destination, Writing.READ_ONLY, Propagation.PRIVATE, Origin.IMAGE, IdMaps.NONE);
    }

    /** A folder or file of an artifact. */
    public static GrantedMount ofArtifact(Path source, String destination) {
        return new GrantedMount(
                source, destination, Writing.READ_ONLY, Propagation.PRIVATE, Origin.ARTIFACT, IdMaps.NONE);
    }

    public GrantedMount withIdMaps(IdMaps maps) {
        return new GrantedMount(source, destination, writing, propagation, origin, maps);
    }

    SpecMount toSpec() {
        return SpecMount.bind(source.toString(), destination, options()).withMappings(idMaps.uids(), idMaps.gids());
    }

    List<String> options() {
        var options = new ArrayList<String>();
        options.add("rbind");
        options.add(writing == Writing.READ_WRITE ? "rw" : "ro");
        if (writing == Writing.RECURSIVE_READ_ONLY) {
            options.add("rro");
        }
        options.addAll(
                switch (origin) {
                    case NODE -> List.of();
                    case IMAGE -> List.of("nosuid", "nodev");
                    case ARTIFACT -> List.of("nosuid", "nodev", "noexec");
                });
        options.add(
                switch (propagation) {
                    case PRIVATE -> "rprivate";
                    case HOST_TO_CONTAINER -> "rslave";
                    case BIDIRECTIONAL -> "rshared";
                });
        return List.copyOf(options);
    }
}

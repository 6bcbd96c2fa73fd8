package io.crius.server.edge;

import io.crius.cri.v1.IDMapping;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.Mount;
import io.crius.cri.v1.MountPropagation;
import io.crius.model.CriusException;
import io.crius.oci.runtime.IdMapping;
import io.crius.server.state.RequestedMount;
import io.crius.server.state.RequestedMount.IdMaps;
import io.crius.server.state.RequestedMount.Propagation;
import io.crius.server.state.RequestedMount.RequestedImage;
import java.util.List;
import java.util.Optional;

/** Reads mounts of containers from the wire, and writes them. */
final class MountReader {
    private MountReader() {}

    static RequestedMount read(Mount mount) {
        return new RequestedMount(
                mount.getContainerPath(),
                mount.getHostPath(),
                image(mount),
                mount.getReadonly(),
                mount.getRecursiveReadOnly(),
                propagation(mount),
                mount.getSelinuxRelabel(),
                new IdMaps(mappings(mount, mount.getUidMappingsList()), mappings(mount, mount.getGidMappingsList())));
    }

    private static Optional<RequestedImage> image(Mount mount) {
        boolean named = mount.hasImage() && !mount.getImage().getImage().isEmpty();
        if (!named && !mount.getImageSubPath().isEmpty()) {
            throw new CriusException.InvalidArgument(
                    "mount at " + mount.getContainerPath() + ": image_sub_path without an image");
        }
        return named
                ? Optional.of(new RequestedImage(mount.getImage().getImage(), mount.getImageSubPath()))
                : Optional.empty();
    }

    private static Propagation propagation(Mount mount) {
        return switch (mount.getPropagation()) {
            case PROPAGATION_PRIVATE -> Propagation.PRIVATE;
            case PROPAGATION_HOST_TO_CONTAINER -> Propagation.HOST_TO_CONTAINER;
            case PROPAGATION_BIDIRECTIONAL -> Propagation.BIDIRECTIONAL;
            case UNRECOGNIZED ->
                throw new CriusException.InvalidArgument(
                        "unknown propagation of the mount at " + mount.getContainerPath());
        };
    }

    private static List<IdMapping> mappings(Mount mount, List<IDMapping> wire) {
        return wire.stream().map(one -> mapping(mount, one)).toList();
    }

    /** The wire has unsigned numbers of 32 bits. */
    private static IdMapping mapping(Mount mount, IDMapping wire) {
        if (wire.getLength() == 0) {
            throw new CriusException.InvalidArgument(
                    "mount at " + mount.getContainerPath() + ": an id mapping of length 0 maps nothing");
        }
        return new IdMapping(
                Integer.toUnsignedLong(wire.getContainerId()),
                Integer.toUnsignedLong(wire.getHostId()),
                Integer.toUnsignedLong(wire.getLength()));
    }

    static Mount write(RequestedMount mount) {
        var wire = Mount.newBuilder()
                .setContainerPath(mount.containerPath())
                .setHostPath(mount.hostPath())
                .setReadonly(mount.readonly())
                .setRecursiveReadOnly(mount.recursiveReadonly())
                .setPropagation(propagation(mount.propagation()))
                .setSelinuxRelabel(mount.selinuxRelabel());
        mount.image()
                .ifPresent(image -> wire.setImage(ImageSpec.newBuilder().setImage(image.name()))
                        .setImageSubPath(image.subPath()));
        mount.idMaps().uids().forEach(one -> wire.addUidMappings(mapping(one)));
        mount.idMaps().gids().forEach(one -> wire.addGidMappings(mapping(one)));
        return wire.build();
    }

    private static IDMapping mapping(IdMapping mapping) {
        return IDMapping.newBuilder()
                .setContainerId((int) mapping.containerId())
                .setHostId((int) mapping.hostId())
                .setLength((int) mapping.size())
                .build();
    }

    private static MountPropagation propagation(Propagation propagation) {
        return switch (propagation) {
            case PRIVATE -> MountPropagation.PROPAGATION_PRIVATE;
            case HOST_TO_CONTAINER -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
            case BIDIRECTIONAL -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
        };
    }
}

package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.oci.runtime.LinuxDevice;
import io.crius.server.annotation.ContainerAnnotations;
import io.crius.server.annotation.SpecialAnnotation;
import io.crius.server.container.spec.GrantedDevice;
import io.crius.server.node.HandlerRules.PrivilegedDevices;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.Identity;
import io.crius.server.state.RequestedDevice;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Device nodes of the node for containers: those requested, and all of them for a privileged container. */
public final class HostDevices {
    static final String ALL = "rwm";

    /** Kernel: stat(2), the file type bits of st_mode. */
    private static final int TYPE = 0170000;

    private static final int CHARACTER = 0020000;
    private static final int BLOCK = 0060000;

    /** The container has its own: file systems below /dev, and the terminal that the runtime makes. */
    private static final Set<String> OWN = Set.of("pts", "shm", "mqueue", "fd", "console", "hugepages");

    private final Path dev;
    private final DeviceRules rules;

    /** {@code dev} is the node's /dev. */
    public HostDevices(Path dev, DeviceRules rules) {
        this.dev = dev;
        this.rules = rules;
    }

    /**
     * What the container gets; of several devices on one path the requested one counts, then that of the annotation, then the
     * additional one, then the node's.
     */
    List<GrantedDevice> of(ContainerRequest request, ContainerAnnotations annotations, PrivilegedDevices privileged) {
        Map<String, GrantedDevice> devices = new LinkedHashMap<>();
        if (request.security().privileged() && privileged == PrivilegedDevices.ALL) {
            below(dev, "/dev", ALL).forEach(d -> devices.put(d.device().path(), d));
        }
        for (RequestedDevice wanted : rules.additional()) {
            requested(wanted).forEach(d -> devices.put(d.device().path(), d));
        }
        for (RequestedDevice wanted : annotated(request.name().name(), annotations)) {
            requested(wanted)
                    .forEach(d -> devices.put(
                            d.device().path(), owned(d, request.security().identity())));
        }
        for (RequestedDevice wanted : request.devices()) {
            requested(wanted)
                    .forEach(d -> devices.put(
                            d.device().path(), owned(d, request.security().identity())));
        }
        return List.copyOf(devices.values());
    }

    private List<RequestedDevice> annotated(String container, ContainerAnnotations annotations) {
        String context = "container " + container + ": annotation " + SpecialAnnotation.DEVICES.key();
        String list = annotations.find(SpecialAnnotation.DEVICES).orElse("");
        var devices = new ArrayList<RequestedDevice>();
        for (String entry : list.split(",")) {
            if (!entry.isBlank()) {
                RequestedDevice device = DeviceEntry.parse(entry, context);
                if (!rules.allowed().contains(device.hostPath())) {
                    throw new CriusException.InvalidArgument(
                            context + ": device " + device.hostPath() + " is not one of allowed_devices");
                }
                devices.add(device);
            }
        }
        return devices;
    }

    private GrantedDevice owned(GrantedDevice granted, Identity process) {
        return rules.ownership() == DeviceRules.Ownership.NODE
                ? granted
                : granted.owned(process.user(), process.group());
    }

    private static List<GrantedDevice> requested(RequestedDevice wanted) {
        String permissions = wanted.permissions().isEmpty() ? ALL : wanted.permissions();
        if (!permissions.chars().allMatch(c -> ALL.indexOf(c) >= 0)) {
            throw new CriusException.InvalidArgument(
                    "device " + wanted.hostPath() + ": permissions \"" + permissions + "\" are not a subset of rwm");
        }
        String inside = wanted.containerPath().isEmpty() ? wanted.hostPath() : wanted.containerPath();
        try {
            Path real = Path.of(wanted.hostPath()).toRealPath();
            List<GrantedDevice> found = Files.isDirectory(real)
                    ? below(real, inside, permissions)
                    : node(real, inside, permissions).stream().toList();
            if (found.isEmpty()) {
                throw new CriusException.InvalidArgument("device " + wanted.hostPath() + " is not a device node");
            }
            return found;
        } catch (IOException e) {
            throw new CriusException.InvalidArgument("device " + wanted.hostPath() + ": " + e, e);
        }
    }

    private static List<GrantedDevice> below(Path folder, String inside, String permissions) {
        var found = new ArrayList<GrantedDevice>();
        try {
            var visitor = new SimpleFileVisitor<Path>() {
                @Override
                public FileVisitResult preVisitDirectory(Path sub, BasicFileAttributes attributes) {
                    boolean own = folder.equals(sub.getParent())
                            && inside.equals("/dev")
                            && OWN.contains(sub.getFileName().toString());
                    return own ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    String name = folder.relativize(file).toString();
                    if (!OWN.contains(name)) {
                        node(file, inside + "/" + name, permissions).ifPresent(found::add);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    // A node that goes away while /dev is read is not there any more: nothing to give.
                    return FileVisitResult.CONTINUE;
                }
            };
            Files.walkFileTree(folder, visitor);
        } catch (IOException e) {
            throw new CriusException.Failed("devices in " + folder + ": " + e, e);
        }
        return found;
    }

    /** The device node as a container gets it; empty where it is none. */
    static Optional<GrantedDevice> node(Path file, String inside, String permissions) throws IOException {
        Map<String, Object> stat = Files.readAttributes(file, "unix:mode,rdev,uid,gid", LinkOption.NOFOLLOW_LINKS);
        int mode = (int) stat.getOrDefault("mode", 0);
        int type = mode & TYPE;
        if (type != CHARACTER && type != BLOCK) {
            return Optional.empty();
        }
        long number = (long) stat.getOrDefault("rdev", 0L);
        var device = new LinuxDevice(
                inside,
                type == BLOCK ? "b" : "c",
                ((number >> 8) & 0xfff) | ((number >> 32) & ~0xfffL),
                (number & 0xff) | ((number >> 12) & ~0xffL),
                OptionalInt.of(mode & 07777),
                OptionalLong.of((int) stat.getOrDefault("uid", 0)),
                OptionalLong.of((int) stat.getOrDefault("gid", 0)));
        return Optional.of(new GrantedDevice(device, permissions));
    }
}

package io.crius.server.container.vendor;

import io.crius.model.CriusException;
import io.crius.oci.cdi.CdiDeviceName;
import io.crius.oci.cdi.CdiEdits;
import io.crius.oci.cdi.CdiSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The devices of {@code cdi_spec_dirs} as they are now. Thread-safe. */
public final class CdiDevices {
    /** Compat: annotations whose values are lists of devices. */
    private static final String ANNOTATION = "cdi.k8s.io/";

    /** Where a device was found. */
    private record Found(Path file, int priority, CdiSpec spec, CdiEdits edits) {}

    private final VendorFiles<CdiSpec> files;

    public CdiDevices(List<Path> folders) {
        this.files = new VendorFiles<>(folders, List.of(".json", ".yaml"), CdiDevices::parse);
    }

    private static CdiSpec parse(Path file, byte[] content) {
        String context = "CDI specification " + file;
        return file.toString().endsWith(".json")
                ? CdiSpec.parseJson(content, context)
                : CdiSpec.parseYaml(content, context);
    }

    /** The devices that a container asks for, by field and by annotation, each once. */
    public static Set<String> asked(List<String> names, Map<String, String> annotations) {
        var all = new LinkedHashSet<>(names);
        annotations.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(ANNOTATION))
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> {
                    for (String name : entry.getValue().split(",")) {
                        all.add(name.strip());
                    }
                });
        all.remove("");
        return all;
    }

    /**
     * What a container gets with these devices, in order: the edits of a specification before those of its first device.
     *
     * @throws CriusException.InvalidArgument naming the devices that are not there, or are there twice
     */
    public List<CdiEdits> edits(Collection<String> names) {
        if (names.isEmpty()) {
            return List.of();
        }
        Map<String, List<Found>> devices = devices();
        var edits = new ArrayList<CdiEdits>();
        var seen = new LinkedHashSet<Path>();
        var missing = new ArrayList<String>();
        for (String name : names) {
            Optional<Found> found = choose(name, devices.getOrDefault(name, List.of()));
            if (found.isEmpty()) {
                missing.add(name);
                continue;
            }
            if (seen.add(found.get().file())) {
                edits.add(found.get().spec().edits());
            }
            edits.add(found.get().edits());
        }
        if (!missing.isEmpty()) {
            throw new CriusException.InvalidArgument(
                    "CDI device injection failed: unresolvable CDI devices " + String.join(", ", missing));
        }
        return List.copyOf(edits);
    }

    private Map<String, List<Found>> devices() {
        Map<String, List<Found>> devices = new HashMap<>();
        for (var entry : files.current()) {
            entry.content()
                    .ifPresent(spec -> spec.devices()
                            .forEach((device, edits) -> devices.computeIfAbsent(
                                            new CdiDeviceName(spec.kind(), device).toString(), _ -> new ArrayList<>())
                                    .add(new Found(entry.file(), entry.priority(), spec, edits))));
        }
        return devices;
    }

    /** A later folder counts more; twice in one folder, nobody knows which is meant. */
    private static Optional<Found> choose(String name, List<Found> found) {
        int highest = found.stream().mapToInt(Found::priority).max().orElse(0);
        List<Found> best =
                found.stream().filter(one -> one.priority() == highest).toList();
        if (best.size() > 1) {
            throw new CriusException.InvalidArgument("CDI device injection failed: device " + name + " is in both "
                    + best.get(0).file() + " and " + best.get(1).file());
        }
        return best.stream().findFirst();
    }
}

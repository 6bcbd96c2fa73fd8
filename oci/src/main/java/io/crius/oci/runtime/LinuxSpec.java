package io.crius.oci.runtime;

import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What only Linux has.
 *
 * @param cgroupsPath a path for cgroupfs, {@code slice:prefix:name} for systemd
 * @param unknown the keys of the document that have no component here
 */
public record LinuxSpec(
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings,
        Map<String, String> sysctl,
        LinuxResources resources,
        Optional<String> cgroupsPath,
        List<LinuxNamespace> namespaces,
        List<LinuxDevice> devices,
        Optional<LinuxSeccomp> seccomp,
        Optional<RootfsPropagation> rootfsPropagation,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        Optional<String> mountLabel,
        Optional<IntelRdt> intelRdt,
        JsonObject unknown) {
    public static final LinuxSpec NONE = new LinuxSpec(
            List.of(),
            List.of(),
            Map.of(),
            LinuxResources.NONE,
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            JsonObject.EMPTY);

    private static final Set<String> KEYS = Set.of(
            "uidMappings",
            "gidMappings",
            "sysctl",
            "resources",
            "cgroupsPath",
            "namespaces",
            "devices",
            "seccomp",
            "rootfsPropagation",
            "maskedPaths",
            "readonlyPaths",
            "mountLabel",
            "intelRdt");

    public LinuxSpec {
        uidMappings = List.copyOf(uidMappings);
        gidMappings = List.copyOf(gidMappings);
        sysctl = SortedCopy.of(sysctl);
        namespaces = List.copyOf(namespaces);
        devices = List.copyOf(devices);
        maskedPaths = List.copyOf(maskedPaths);
        readonlyPaths = List.copyOf(readonlyPaths);
    }

    /** This with the builder's changes. */
    public LinuxSpec with(UnaryOperator<Builder> change) {
        return change.apply(new Builder(this)).build();
    }

    /** The namespace of a type, if the container has one of its own or joins one. */
    public Optional<LinuxNamespace> namespace(NamespaceType type) {
        return namespaces.stream().filter(one -> one.type() == type).findFirst();
    }

    static LinuxSpec fromJson(JsonObject json) {
        return new LinuxSpec(
                json.objects("uidMappings", IdMapping::fromJson),
                json.objects("gidMappings", IdMapping::fromJson),
                json.stringMap("sysctl"),
                json.object("resources", LinuxResources::fromJson).orElse(LinuxResources.NONE),
                json.string("cgroupsPath"),
                json.objects("namespaces", LinuxNamespace::fromJson),
                json.objects("devices", LinuxDevice::fromJson),
                json.object("seccomp", LinuxSeccomp::fromJson),
                json.string("rootfsPropagation").filter(word -> !word.isEmpty()).map(RootfsPropagation::parse),
                json.strings("maskedPaths"),
                json.strings("readonlyPaths"),
                json.string("mountLabel"),
                json.object("intelRdt", IntelRdt::fromJson),
                json.without(KEYS));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .list("uidMappings", uidMappings, IdMapping::toJson)
                .list("gidMappings", gidMappings, IdMapping::toJson)
                .stringMap("sysctl", sysctl)
                .object("resources", resources.toJson())
                .put("cgroupsPath", cgroupsPath)
                .list("namespaces", namespaces, LinuxNamespace::toJson)
                .list("devices", devices, LinuxDevice::toJson)
                .put("seccomp", seccomp, LinuxSeccomp::toJson)
                .put("rootfsPropagation", rootfsPropagation, one -> new JsonString(one.word()))
                .strings("maskedPaths", maskedPaths)
                .strings("readonlyPaths", readonlyPaths)
                .put("mountLabel", mountLabel)
                .put("intelRdt", intelRdt, IntelRdt::toJson)
                .putAll(unknown)
                .build();
    }

    /** Changes. Not safe for several threads. */
    public static final class Builder {
        private final JsonObject unknown;
        private List<IdMapping> uidMappings;
        private List<IdMapping> gidMappings;
        private Map<String, String> sysctl;
        private LinuxResources resources;
        private Optional<String> cgroupsPath;
        private List<LinuxNamespace> namespaces;
        private List<LinuxDevice> devices;
        private Optional<LinuxSeccomp> seccomp;
        private Optional<RootfsPropagation> rootfsPropagation;
        private List<String> maskedPaths;
        private List<String> readonlyPaths;
        private Optional<String> mountLabel;
        private Optional<IntelRdt> intelRdt;

        private Builder(LinuxSpec from) {
            this.unknown = from.unknown;
            this.uidMappings = from.uidMappings;
            this.gidMappings = from.gidMappings;
            this.sysctl = from.sysctl;
            this.resources = from.resources;
            this.cgroupsPath = from.cgroupsPath;
            this.namespaces = from.namespaces;
            this.devices = from.devices;
            this.seccomp = from.seccomp;
            this.rootfsPropagation = from.rootfsPropagation;
            this.maskedPaths = from.maskedPaths;
            this.readonlyPaths = from.readonlyPaths;
            this.mountLabel = from.mountLabel;
            this.intelRdt = from.intelRdt;
        }

        public Builder idMappings(List<IdMapping> uids, List<IdMapping> gids) {
            uidMappings = uids;
            gidMappings = gids;
            return this;
        }

        public Builder sysctl(Map<String, String> value) {
            sysctl = value;
            return this;
        }

        public Builder resources(LinuxResources value) {
            resources = value;
            return this;
        }

        public Builder cgroupsPath(String value) {
            cgroupsPath = Optional.of(value);
            return this;
        }

        public Builder namespaces(List<LinuxNamespace> value) {
            namespaces = value;
            return this;
        }

        public Builder devices(List<LinuxDevice> value) {
            devices = value;
            return this;
        }

        public Builder seccomp(Optional<LinuxSeccomp> value) {
            seccomp = value;
            return this;
        }

        public Builder rootfsPropagation(Optional<RootfsPropagation> value) {
            rootfsPropagation = value;
            return this;
        }

        public Builder maskedPaths(List<String> value) {
            maskedPaths = value;
            return this;
        }

        public Builder readonlyPaths(List<String> value) {
            readonlyPaths = value;
            return this;
        }

        public Builder mountLabel(Optional<String> value) {
            mountLabel = value;
            return this;
        }

        public Builder intelRdt(Optional<IntelRdt> value) {
            intelRdt = value;
            return this;
        }

        private LinuxSpec build() {
            return new LinuxSpec(
                    uidMappings,
                    gidMappings,
                    sysctl,
                    resources,
                    cgroupsPath,
                    namespaces,
                    devices,
                    seccomp,
                    rootfsPropagation,
                    maskedPaths,
                    readonlyPaths,
                    mountLabel,
                    intelRdt,
                    unknown);
        }
    }
}

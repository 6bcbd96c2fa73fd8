package io.crius.oci.seccomp;

import io.crius.model.CriusException;
import io.crius.oci.Capability;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonLimits;
import io.crius.oci.json.JsonObject;
import io.crius.oci.runtime.LinuxSeccomp;
import io.crius.oci.runtime.SeccompAction;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** A profile in Docker's format. */
public final class SeccompProfile {
    /** Compat: the largest profile that may come from an artifact, and no file should be larger. 1 MiB. */
    public static final int LARGEST = 1 << 20;

    private static final String DEFAULT = "default.json";

    private final SeccompAction defaultAction;
    private final OptionalInt defaultErrno;
    private final List<String> architectures;
    private final List<Architecture> architectureMap;
    private final List<String> flags;
    private final Optional<String> listenerPath;
    private final Optional<String> listenerMetadata;
    private final List<ProfileRule> rules;

    private SeccompProfile(JsonObject json) {
        this.defaultAction = json.string("defaultAction", SeccompAction::parse)
                .orElseThrow(() -> new CriusException.InvalidArgument("\"defaultAction\" is missing"));
        this.defaultErrno = ProfileRule.errno(json, "defaultErrno", "defaultErrnoRet");
        this.architectures = json.strings("architectures");
        this.architectureMap = json.objects("archMap", Architecture::fromJson);
        this.flags = json.strings("flags");
        this.listenerPath = json.string("listenerPath").filter(path -> !path.isEmpty());
        this.listenerMetadata = json.string("listenerMetadata").filter(text -> !text.isEmpty());
        this.rules = json.objects("syscalls", ProfileRule::fromJson);
        if (!architectures.isEmpty() && !architectureMap.isEmpty()) {
            throw new CriusException.InvalidArgument(
                    "both \"architectures\" and \"archMap\" are given; use one of them");
        }
    }

    /**
     * Parses a profile.
     *
     * @param name of the profile in errors, for example the path of its file
     */
    public static SeccompProfile parse(byte[] utf8, String name) {
        String context = "seccomp profile " + name;
        try {
            return new SeccompProfile(Json.parseObject(utf8, "profile", JsonLimits.DEFAULT.withDocumentBytes(LARGEST)));
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(context + ": " + e.getMessage(), e);
        }
    }

    /**
     * The profile of containers that ask for the runtime's default. Parses a resource: keep the result.
     *
     * <p>Compat: the profile of containers-common with CRI-O's change: namespaces are made only with CAP_SYS_ADMIN, and clone3
     * answers ENOSYS so that libc falls back to clone, whose flags a filter can see.
     */
    public static SeccompProfile runtimeDefault() {
        try (InputStream resource = SeccompProfile.class.getResourceAsStream(DEFAULT)) {
            if (resource == null) {
                throw new IllegalStateException("the resource " + DEFAULT + " is missing in the program");
            }
            return parse(resource.readAllBytes(), DEFAULT);
        } catch (IOException e) {
            throw new IllegalStateException("the resource " + DEFAULT + " of the program cannot be read", e);
        }
    }

    /**
     * The filter for a container.
     *
     * @param bounding the container's bounding set
     * @param goArchitecture the node's, as "amd64"
     */
    public LinuxSeccomp filter(Set<Capability> bounding, String goArchitecture) {
        Set<String> names = bounding.stream().map(Enum::name).collect(Collectors.toUnmodifiableSet());
        String word = Architecture.wordOf(goArchitecture);
        return new LinuxSeccomp(
                defaultAction,
                defaultErrno,
                architectures.isEmpty() ? mapped(Architecture.nameOf(goArchitecture)) : architectures,
                flags,
                listenerPath,
                listenerMetadata,
                rules.stream()
                        .filter(rule -> rule.applies(names, word))
                        .map(ProfileRule::rule)
                        .toList());
    }

    private List<String> mapped(String nativeName) {
        return architectureMap.stream()
                .filter(one -> one.name().equals(nativeName))
                .findFirst()
                .map(Architecture::all)
                .orElse(List.of());
    }
}

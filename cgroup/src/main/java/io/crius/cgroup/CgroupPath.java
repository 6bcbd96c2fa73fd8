package io.crius.cgroup;

import io.crius.model.CriusException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Where a cgroup is, from the root of every hierarchy: {@code /kubepods/burstable/pod1}. */
public record CgroupPath(String value) {
    public static final CgroupPath ROOT = new CgroupPath("/");

    /** Makes the path absolute and drops empty parts; refuses to go up. */
    public CgroupPath {
        List<String> parts = Arrays.stream(value.split("/"))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
        if (parts.contains("..") || value.indexOf('\0') >= 0) {
            throw new CriusException.InvalidArgument("cgroup path \"" + value + "\" may not contain \"..\"");
        }
        value = parts.stream().collect(Collectors.joining("/", "/", ""));
    }

    public CgroupPath child(String name) {
        return new CgroupPath(value + "/" + name);
    }

    /** The last part; empty for the root. */
    public String name() {
        return value.substring(value.lastIndexOf('/') + 1);
    }

    /** The cgroups on the way from the root, which is left out, to this one. */
    List<CgroupPath> lineage() {
        List<CgroupPath> lineage = new ArrayList<>();
        for (int end = value.indexOf('/', 1); end >= 0; end = value.indexOf('/', end + 1)) {
            lineage.add(new CgroupPath(value.substring(0, end)));
        }
        if (!equals(ROOT)) {
            lineage.add(this);
        }
        return lineage;
    }

    /** The cgroup's folder in a hierarchy mounted there. */
    Path in(Path mountPoint) {
        return mountPoint.resolve(value.substring(1));
    }

    @Override
    public String toString() {
        return value;
    }
}

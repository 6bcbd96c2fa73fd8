package io.crius.daemon.cli;

import io.crius.model.CriusException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code crius demo} was asked to do.
 *
 * @param image empty where only the clean-up is asked for
 * @param cgroupParent empty leaves the pod's cgroup to the daemon
 */
record DemoArguments(Path socket, Optional<String> image, Path logDir, String cgroupParent) {
    private static final List<String> KNOWN = List.of("--socket", "--image", "--log-dir", "--cgroup-parent");

    /** @throws CriusException.InvalidArgument for a flag that does not exist, lacks its value or is missing */
    static DemoArguments parse(List<String> arguments) {
        Map<String, String> flags = new HashMap<>();
        boolean clean = false;
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String flag = rest.next();
            if (flag.equals("--clean")) {
                clean = true;
            } else if (KNOWN.contains(flag) && rest.hasNext()) {
                flags.put(flag, rest.next());
            } else {
                throw new CriusException.InvalidArgument("\"" + flag + "\" is no flag or lacks its value");
            }
        }
        Optional<String> image = Optional.ofNullable(flags.get("--image"));
        if (image.isPresent() == clean) {
            throw new CriusException.InvalidArgument("either --image IMAGE or --clean is needed");
        }
        return new DemoArguments(
                Path.of(flags.getOrDefault("--socket", "/run/crius/crius.sock")),
                image,
                Path.of(flags.getOrDefault("--log-dir", "/var/log/pods/crius-demo")),
                flags.getOrDefault("--cgroup-parent", ""));
    }
}

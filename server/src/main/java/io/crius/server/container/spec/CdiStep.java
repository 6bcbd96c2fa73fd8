package io.crius.server.container.spec;

import io.crius.oci.cdi.CdiEdits;
import io.crius.oci.runtime.DeviceRule;
import io.crius.oci.runtime.Hooks;
import io.crius.oci.runtime.LinuxDevice;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.SpecMount;
import io.crius.oci.runtime.User;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** What CDI devices bring: environment, device nodes, mounts, hooks, groups, cache classes; later ones beat earlier ones. */
final class CdiStep {
    private CdiStep() {}

    static RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        RuntimeSpec edited = spec;
        for (DeviceEdits edits : facts.additions().cdi()) {
            edited = apply(edits, edited);
        }
        return edited;
    }

    private static RuntimeSpec apply(DeviceEdits device, RuntimeSpec spec) {
        CdiEdits edits = device.edits();
        RuntimeSpec edited = spec.withProcess(p -> p.env(new Environment()
                        .setAllSpelt(spec.process().env())
                        .setAllSpelt(edits.env())
                        .entries())
                .user(user(spec.process().user(), edits.additionalGids())));
        edited = withDevices(edited, device.devices());
        edited = edits.mounts().isEmpty() ? edited : edited.withMounts(mounts(edited.mounts(), edits.mounts()));
        if (edits.intelRdt().isPresent()) {
            edited = edited.withLinux(l -> l.intelRdt(edits.intelRdt()));
        }
        Hooks hooks = edited.hooks();
        for (CdiEdits.StagedHook staged : edits.hooks()) {
            hooks = hooks.and(staged.stage(), staged.hook());
        }
        return edited.withHooks(hooks);
    }

    private static User user(User user, List<Long> more) {
        var groups = new LinkedHashSet<>(user.additionalGids());
        groups.addAll(more);
        return new User(user.uid(), user.gid(), user.umask(), List.copyOf(groups));
    }

    private static RuntimeSpec withDevices(RuntimeSpec spec, List<GrantedDevice> granted) {
        if (granted.isEmpty()) {
            return spec;
        }
        Map<String, LinuxDevice> devices = new LinkedHashMap<>();
        spec.linux().devices().forEach(d -> devices.put(d.path(), d));
        var rules = new ArrayList<DeviceRule>(spec.linux().resources().devices());
        for (GrantedDevice one : granted) {
            devices.put(one.device().path(), one.device());
            if (!one.device().type().equals("p")) {
                rules.add(one.rule());
            }
        }
        return spec.withLinux(l -> l.devices(List.copyOf(devices.values()))
                .resources(spec.linux().resources().withDevices(rules)));
    }

    private static List<SpecMount> mounts(List<SpecMount> before, List<SpecMount> more) {
        Map<String, SpecMount> mounts = new LinkedHashMap<>();
        before.forEach(m -> mounts.put(m.destination(), m));
        for (SpecMount one : more) {
            SpecMount mount = one.type().isPresent()
                    ? one
                    : SpecMount.bind(one.source().orElse(""), one.destination(), bound(one.options()));
            mounts.remove(mount.destination());
            mounts.put(mount.destination(), mount);
        }
        return MountStep.byDepth(mounts.values());
    }

    /** Spec: options of a mount without a type are meant for a bind mount, and may leave that unsaid. */
    private static List<String> bound(List<String> options) {
        if (options.contains("bind") || options.contains("rbind")) {
            return options;
        }
        var all = new ArrayList<>(options);
        all.add("rbind");
        return all;
    }
}

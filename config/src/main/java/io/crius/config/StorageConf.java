package io.crius.config;

import java.util.List;
import java.util.Map;

/**
 * The part of containers-storage.conf(5) that gives {@code [crio]} its defaults.
 *
 * <p>Compat: CRI-O takes root, runroot and driver from there when crio.conf has none, so that podman and CRI-O share a
 * store. Other keys belong to the storage library and are left to it.
 */
final class StorageConf {
    private static final Map<String, Option<?>> KEYS =
            Map.of("graphroot", RootTable.ROOT, "runroot", RootTable.RUNROOT, "driver", RootTable.STORAGE_DRIVER);

    private StorageConf() {}

    static void read(TomlCodec.Document document, Findings findings) {
        if (!(document.root().values().get("storage") instanceof RawValue.Entries(Map<String, RawValue> storage))) {
            return;
        }
        storage.forEach((key, value) -> {
            Option<?> option = KEYS.get(key);
            if (option != null && !value.equals(new RawValue.Text(""))) {
                Origin origin = document.origins().apply(List.of("storage", key));
                findings.assign(new Assignment(RootTable.SCHEMA, RootTable.SCHEMA.name(), option, value, origin));
            }
        });
    }
}

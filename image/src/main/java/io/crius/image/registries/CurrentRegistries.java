package io.crius.image.registries;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The registries.conf in force: read when first asked for, and again by {@link #reload}. Thread-safe. */
public final class CurrentRegistries implements Supplier<RegistriesConf> {
    private final RegistriesFiles files;
    private final AtomicReference<@Nullable RegistriesConf> current = new AtomicReference<>();

    public CurrentRegistries(RegistriesFiles files) {
        this.files = files;
    }

    /** Blocks on the disk the first time; throws what {@link RegistriesFiles#read} throws. */
    @Override
    public RegistriesConf get() {
        RegistriesConf known = current.get();
        return known == null ? reload() : known;
    }

    /** Reads the files again; after a failure the earlier configuration stays in force. */
    public RegistriesConf reload() {
        RegistriesConf read = files.read();
        current.set(read);
        return read;
    }
}

package io.crius.runtime.oci;

import java.nio.file.Path;

final class CrunIT extends OciRuntimeContract {
    @Override
    Path program() {
        return Path.of("/usr/bin/crun");
    }
}

package io.crius.runtime.oci;

import java.nio.file.Path;

final class CrunFastExitIT extends FastExitContract {
    @Override
    Path program() {
        return Path.of("/usr/bin/crun");
    }
}

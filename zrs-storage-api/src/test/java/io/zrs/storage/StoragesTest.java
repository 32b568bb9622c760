package io.zrs.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The providers below are listed in this module's test resources. */
class StoragesTest {
    private static Storage base = mock(Storage.class);

    @BeforeEach
    void makeBase() {
        base = mock(Storage.class);
        when(base.name()).thenReturn("base");
    }

    @Test
    void opensByScheme() {
        assertThat(Storages.open("fake://somewhere?size=3")).isSameAs(base);
    }

    @Test
    void wrapsWhenAParameterAsksForIt() {
        Storage storage = Storages.open("fake://somewhere?wrapping=on");
        assertThat(storage).isNotSameAs(base);
        assertThat(storage.name()).isEqualTo("wrapped base");
    }

    @Test
    void namesTheKnownSchemes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Storages.open("nowhere://x"))
                .withMessageContaining("'nowhere'")
                .withMessageContaining("[fake]");
    }

    @Test
    void namesTheKnownParametersBeforeOpeningAnything() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Storages.open("fake://somewhere?wraping=on"))
                .withMessageContaining("[wraping]")
                .withMessageContaining("[size, wrapping]");
        verifyNoInteractions(base);
    }

    @Test
    void closesTheBaseWhenAWrapperFails() {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> Storages.open("fake://somewhere?wrapping=off"));
        verify(base).close();
    }

    @Test
    void takesUrisApart() {
        StorageUri uri = StorageUri.parse("FILE:///var/zo%20db/Data+1.fs?create=0&blobstorage_dir=%2Fb%26c&flag");
        assertThat(uri.scheme()).isEqualTo("file");
        assertThat(uri.path()).isEqualTo("/var/zo db/Data+1.fs");
        assertThat(uri.parameters()).isEqualTo(Map.of("create", "0", "blobstorage_dir", "/b&c", "flag", ""));
        assertThat(StorageUri.parse("memory:name").path()).isEqualTo("name");
    }

    @Test
    void readsFlagsAsZodburiDoes() {
        StorageUri uri = StorageUri.parse("x:y?a=1&b=Yes&c=0&d=&e=maybe");
        assertThat(uri.flag("a")).isTrue();
        assertThat(uri.flag("b")).isTrue();
        assertThat(uri.flag("c")).isFalse();
        assertThat(uri.flag("d")).isFalse();
        assertThat(uri.flag("absent")).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> uri.flag("e")).withMessageContaining("'maybe'");
    }

    @Test
    void refusesUrisThatAreNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> StorageUri.parse("/var/Data.fs"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StorageUri.parse("x:y?a=1&a=2"))
                .withMessageContaining("twice");
    }

    /** Opens {@link #base}. */
    public static final class FakeProvider implements StorageProvider {
        @Override
        public String scheme() {
            return "fake";
        }

        @Override
        public Set<String> parameters() {
            return Set.of("size");
        }

        @Override
        public Storage open(StorageUri uri) {
            return base;
        }
    }

    /** Wraps when told to, else fails. */
    public static final class FakeWrapperProvider implements StorageWrapperProvider {
        @Override
        public Set<String> parameters() {
            return Set.of("wrapping");
        }

        @Override
        public Storage wrap(Storage wrapped, StorageUri uri) {
            if (!uri.flag("wrapping")) {
                throw new StorageException("asked to fail");
            }
            Storage wrapper = mock(Storage.class);
            when(wrapper.name()).thenReturn("wrapped base");
            return wrapper;
        }
    }
}

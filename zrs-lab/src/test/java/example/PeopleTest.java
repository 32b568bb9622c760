package example;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.DatabaseOptions;
import io.zrs.database.PersistentList;
import io.zrs.database.PersistentMapping;
import io.zrs.database.PythonTypes;
import io.zrs.golden.Golden;
import io.zrs.storage.Storages;
import io.zrs.storage.TransactionMetadata;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/reading-from-java.md, and their output there. */
class PeopleTest {
    static final PythonTypes TYPES = PythonTypes.standard()
            .withPersistent("app.models.Person", Person.class, Person::new, Person::object)
            .withValue("app.models.Point", Point.class, Point::of, Point::object);

    @TempDir
    private Path directory;

    private String uri;

    @BeforeEach
    void copy() {
        Golden.copy("py3-objects", directory);
        uri = "file://" + directory.resolve("Data.fs") + "?read_only=true&blobstorage_dir="
                + directory.resolve("blobs");
    }

    @Test
    void printsWhatTheDocumentShows() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        People.print(uri, new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(Files.readString(Path.of("../docs/reading-from-java.md")))
                .contains(printed.toString(StandardCharsets.UTF_8));
    }

    @Test
    void seesTheTypesOfTheApplication() {
        try (Database database = Database.open(
                        Storages.open(uri), DatabaseOptions.standard().withTypes(TYPES));
                Connection connection = database.open()) {
            Person person = connection.root().get("person", Person.class);
            assertThat(person.name()).isEqualTo("Ada");
            assertThat(person.friends()).extracting(Person::name).containsExactly("Charles");
            assertThat(person.point()).isEqualTo(new Point(1L, 2.5));
        }
    }

    @Test
    void looksBack() {
        try (Database database = Database.open(Storages.open(uri))) {
            Connection then = database.at(Instant.parse("2007-03-21T20:33:09Z"));
            PersistentMapping counter = then.root().get("hist", PersistentMapping.class);
            assertThat(counter).containsEntry("n", 2L);
        }
    }

    @Test
    void writes(@TempDir Path site) {
        try (Database database = Database.open(Storages.open("file://" + site.resolve("Data.fs")));
                Connection connection = database.open()) {
            connection.root().put("visitors", new PersistentList());
            connection.commit();
            comesIn("Ada", database);
            comesIn("Charles", database);
            connection.sync();
            assertThat(connection.root()).hasToString("{'visitors': ['Ada', 'Charles']}");
        }
    }

    private static void comesIn(String visitor, Database database) {
        try (Connection connection = database.open()) {
            connection.root().get("visitors", PersistentList.class).add(visitor);
            connection.commit(TransactionMetadata.of("/ door", visitor + " comes in"));
        }
    }
}

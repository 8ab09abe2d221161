"""drafts of lists, internal values of lines

Revision: 1c7b9fe48652, after e2d2f9583471
"""

import sqlalchemy as sa
from alembic import op

import portal.database

revision = '1c7b9fe48652'
down_revision = 'e2d2f9583471'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('internal_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('body', portal.database.Encrypted(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_internal_line'))
    )
    op.create_table('internal_match',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('what', sa.String(length=32), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', 'what', name=op.f('pk_internal_match'))
    )
    op.create_index('ix_internal_match_what_hash', 'internal_match', ['what', 'hash'], unique=False)
    op.create_table('internal_reading',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('line_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('at', portal.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_internal_reading_office_id_office')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_internal_reading_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_internal_reading')),
    info={'append_only': True, 'delete_if': None}
    )
    op.create_index(op.f('ix_internal_reading_line_id'), 'internal_reading', ['line_id'], unique=False)
    op.add_column('draft', sa.Column('about', sa.String(length=100), server_default='', nullable=False))
    op.add_column('draft', sa.Column('supersedes', sa.BigInteger(), nullable=True))
    op.add_column('draft', sa.Column('reason', sa.String(length=500), nullable=True))
    op.drop_index(op.f('uq_draft_open'), table_name='draft', sqlite_where=sa.text('finished_at IS NULL'))
    op.create_index('uq_draft_open', 'draft', ['place_id', 'kind', 'period', 'about'], unique=True, sqlite_where=sa.text('finished_at IS NULL'), postgresql_where=sa.text('finished_at IS NULL'))
    op.add_column('draft_state', sa.Column('internal', portal.database.Encrypted(), nullable=True))


def downgrade():
    op.drop_column('draft_state', 'internal')
    op.drop_index('uq_draft_open', table_name='draft', sqlite_where=sa.text('finished_at IS NULL'), postgresql_where=sa.text('finished_at IS NULL'))
    op.create_index(op.f('uq_draft_open'), 'draft', ['place_id', 'kind', 'period'], unique=True, sqlite_where=sa.text('finished_at IS NULL'), postgresql_where=sa.text('finished_at IS NULL'))
    op.drop_column('draft', 'reason')
    op.drop_column('draft', 'supersedes')
    op.drop_column('draft', 'about')
    op.drop_index(op.f('ix_internal_reading_line_id'), table_name='internal_reading')
    op.drop_table('internal_reading')
    op.drop_index('ix_internal_match_what_hash', table_name='internal_match')
    op.drop_table('internal_match')
    op.drop_table('internal_line')
